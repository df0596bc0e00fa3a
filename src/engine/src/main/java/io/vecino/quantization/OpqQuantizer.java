package io.vecino.quantization;

import io.vecino.kernels.Kernel;
import io.vecino.kernels.Kernels;
import io.vecino.model.QuantizerSpec;
import io.vecino.quantization.faiss.FaissTraining;
import io.vecino.storage.NativeConstant;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Product quantization behind a trained rotation, which changes neither inner products nor distances. */
final class OpqQuantizer implements Quantizer {
    private static final int BLOCK = 256;

    private final QuantizerSpec spec;
    private final float[] rotation;
    private final MemorySegment forth;
    private final MemorySegment back;
    private final PqQuantizer product;

    /** @param rotation orthogonal, dimension × dimension */
    private OpqQuantizer(QuantizerSpec spec, float[] rotation, PqQuantizer product) {
        this.spec = spec;
        this.rotation = rotation;
        this.forth = NativeConstant.of(rotation);
        this.back = NativeConstant.of(transposed(rotation, product.dimension()));
        this.product = product;
    }

    private static float[] transposed(float[] matrix, int dimension) {
        float[] transposed = new float[matrix.length];
        for (int i = 0; i < dimension; i++) {
            for (int j = 0; j < dimension; j++) {
                transposed[j * dimension + i] = matrix[i * dimension + j];
            }
        }
        return transposed;
    }

    private static QuantizerSpec behind(QuantizerSpec spec) {
        return new QuantizerSpec(QuantizerSpec.Method.PQ, spec.subquantizers(), spec.bits());
    }

    /** @param sample at least 2^bits rows */
    static OpqQuantizer train(QuantizerSpec spec, Rows sample, Similarity similarity) {
        int dimension = sample.dimension();
        float[] rotation = FaissTraining.productRotation(sample, spec.subquantizers(), spec.bits());
        try (Scratch scratch = new Scratch()) {
            MemorySegment matrix = scratch.floats(rotation);
            MemorySegment rotated = turned(matrix, sample.segment(), sample.count(), dimension, scratch);
            Rows rows = new Rows(rotated, sample.count(), dimension);
            return new OpqQuantizer(spec, rotation, PqQuantizer.train(behind(spec), rows, similarity));
        }
    }

    private static MemorySegment turned(
            MemorySegment matrix, MemorySegment rows, int count, int dimension, Scratch scratch) {
        MemorySegment turned = scratch.floats((long) count * dimension);
        turn(matrix, rows, count, dimension, turned);
        return turned;
    }

    private static void turn(MemorySegment matrix, MemorySegment rows, int count, int dimension, MemorySegment to) {
        long stride = (long) dimension * Float.BYTES;
        Kernels.best().scoreBatch(Kernel.DOT_F32, rows, count, matrix, stride, dimension, dimension, to);
    }

    @Override
    public int dimension() {
        return product.dimension();
    }

    @Override
    public int bytesPerVector() {
        return product.bytesPerVector();
    }

    @Override
    public Similarity similarity() {
        return product.similarity();
    }

    @Override
    public Storage storage() {
        return product.storage();
    }

    @Override
    public void encode(MemorySegment rows, int count, MemorySegment codes) {
        long rowBytes = (long) dimension() * Float.BYTES;
        for (int first = 0; first < count; first += BLOCK) {
            int size = Math.min(BLOCK, count - first);
            try (Scratch scratch = new Scratch()) {
                MemorySegment block = rows.asSlice(first * rowBytes, size * rowBytes);
                MemorySegment to = codes.asSlice((long) first * bytesPerVector(), (long) size * bytesPerVector());
                product.encode(turned(forth, block, size, dimension(), scratch), size, to);
            }
        }
    }

    @Override
    public void decode(MemorySegment codes, int count, MemorySegment rows) {
        long rowBytes = (long) dimension() * Float.BYTES;
        try (Scratch scratch = new Scratch()) {
            MemorySegment decoded = scratch.floats((long) Math.min(BLOCK, count) * dimension());
            for (int first = 0; first < count; first += BLOCK) {
                int size = Math.min(BLOCK, count - first);
                product.decode(codes.asSlice((long) first * bytesPerVector()), size, decoded);
                turn(back, decoded, size, dimension(), rows.asSlice(first * rowBytes, size * rowBytes));
            }
        }
    }

    @Override
    public QueryScorer scorer(MemorySegment queries, int queryCount, Scratch scratch) {
        return product.scorer(turned(forth, queries, queryCount, dimension(), scratch), queryCount, scratch);
    }

    @Override
    public CodeScan scan(MemorySegment queries, int queryCount, int mostCodes, Scratch scratch) {
        return product.scan(turned(forth, queries, queryCount, dimension(), scratch), queryCount, mostCodes, scratch);
    }

    /** The rotation, then the codebooks. */
    @Override
    public byte[] toBytes() {
        float[] codebook = product.codebook();
        ByteBuffer state = ByteBuffer.allocate((rotation.length + codebook.length) * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        state.asFloatBuffer().put(rotation).put(codebook);
        return QuantizerBytes.write(spec, dimension(), similarity(), state);
    }

    static OpqQuantizer read(QuantizerSpec spec, int dimension, Similarity similarity, ByteBuffer state) {
        long expected = (long) dimension * dimension * Float.BYTES;
        if (state.remaining() < expected) {
            throw new IllegalArgumentException("trained quantizer " + spec + ": expected at least " + expected
                    + " bytes for " + dimension + " dimensions, got " + state.remaining());
        }
        float[] rotation = new float[dimension * dimension];
        state.asFloatBuffer().get(rotation);
        ByteBuffer rest = state.slice(state.position() + (int) expected, state.remaining() - (int) expected)
                .order(ByteOrder.LITTLE_ENDIAN);
        return new OpqQuantizer(spec, rotation, PqQuantizer.read(behind(spec), dimension, similarity, rest));
    }
}
