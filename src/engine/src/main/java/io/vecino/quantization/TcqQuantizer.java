package io.vecino.quantization;

import io.vecino.kernels.Kernel;
import io.vecino.kernels.Kernels;
import io.vecino.model.QuantizerSpec;
import io.vecino.storage.NativeConstant;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Trellis codes of residuals: x ≈ o + c + c′ + Aᵀ(scale · r̂) with an origin o, two centres, the axes A of what they leave, and
 * the values r̂ of a {@link Trellis} path. The scale is such that ⟨x − o, x̂ − o⟩ = |x − o|²: what is near x points
 * where x does. For L2 the squared length of x − o is stored beside it.
 */
final class TcqQuantizer implements Quantizer {
    private static final int BLOCK = 256;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
    private static final ValueLayout.OfFloat STORED_FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final QuantizerSpec spec;
    private final int dimension;
    private final Similarity similarity;
    private final TcqModel model;
    private final TcqLayout layout;
    private final TcqDecoder decoder;
    private final MemorySegment forth;
    private final MemorySegment back;

    TcqQuantizer(QuantizerSpec spec, int dimension, Similarity similarity, TcqModel model) {
        this.spec = spec;
        this.dimension = dimension;
        this.similarity = similarity;
        this.model = model;
        this.layout = new TcqLayout(similarity, spec.size());
        this.forth = NativeConstant.of(model.axes());
        this.back = NativeConstant.of(transposed(model.axes(), dimension));
        this.decoder = new TcqDecoder(model, layout, forth);
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

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public int bytesPerVector() {
        return layout.bytes();
    }

    @Override
    public Similarity similarity() {
        return similarity;
    }

    @Override
    public void encode(MemorySegment rows, int count, MemorySegment codes) {
        codes.asSlice(0, (long) count * layout.bytes()).fill((byte) 0);
        TcqEncoder encoder = new TcqEncoder(model);
        float[] values = new float[model.coded()];
        byte[] code = new byte[layout.bytes()];
        for (int from = 0; from < count; from += BLOCK) {
            int size = Math.min(BLOCK, count - from);
            try (Scratch scratch = new Scratch()) {
                Rows block = TcqResiduals.copy(new Rows(rows, count, dimension).slice(from, size), scratch);
                TcqResiduals.subtract(block, model.origin());
                Rows whole = TcqResiduals.along(forth, block, scratch);
                int[] first = TcqResiduals.subtractNearest(block, model.first());
                int[] second = TcqResiduals.subtractNearest(block, model.second());
                Rows left = TcqResiduals.along(forth, block, scratch);
                for (int i = 0; i < size; i++) {
                    float[] residual = left.copyOf(i);
                    int[] states = encoder.find(residual, second[i]);
                    decoder.values(states, values);
                    decoder.write(states, code);
                    code[layout.firstCentreAt()] = (byte) first[i];
                    code[layout.secondCentreAt()] = (byte) second[i];
                    float[] vector = whole.copyOf(i);
                    code[layout.scaleAt()] = TcqScale.encode(TcqScale.of(vector, residual, values));
                    long at = (long) (from + i) * layout.bytes();
                    MemorySegment.copy(code, 0, codes, ValueLayout.JAVA_BYTE, at, code.length);
                    if (similarity == Similarity.L2) {
                        codes.set(STORED_FLOAT, at, squaredLength(vector));
                    }
                }
            }
        }
    }

    private static float squaredLength(float[] vector) {
        double sum = 0;
        for (float value : vector) {
            sum += (double) value * value;
        }
        return (float) sum;
    }

    @Override
    public void decode(MemorySegment codes, int count, MemorySegment rows) {
        long rowBytes = (long) dimension * Float.BYTES;
        for (int from = 0; from < count; from += BLOCK) {
            int size = Math.min(BLOCK, count - from);
            try (Scratch scratch = new Scratch()) {
                MemorySegment turned = scratch.floats((long) size * dimension);
                decoder.decode(codes.asSlice((long) from * layout.bytes()), size, turned);
                Rows decoded = TcqResiduals.along(back, new Rows(turned, size, dimension), scratch);
                for (int i = 0; i < size; i++) {
                    float[] row = decoded.copyOf(i);
                    for (int j = 0; j < dimension; j++) {
                        row[j] += model.origin()[j];
                    }
                    MemorySegment.copy(row, 0, rows, FLOAT, (from + i) * rowBytes, dimension);
                }
            }
        }
    }

    /** Queries along the axes against codes decoded along them, block by block. */
    @Override
    public QueryScorer scorer(MemorySegment queries, int queryCount, Scratch scratch) {
        Rows shifted = TcqResiduals.copy(new Rows(queries, queryCount, dimension), scratch);
        TcqResiduals.subtract(shifted, model.origin());
        Rows turned = TcqResiduals.along(forth, shifted, scratch);
        float[] lengths = new float[queryCount];
        for (int q = 0; q < queryCount; q++) {
            lengths[q] = squaredLength(turned.copyOf(q));
        }
        MemorySegment decoded = scratch.floats((long) BLOCK * dimension);
        MemorySegment products = scratch.floats((long) BLOCK * queryCount);
        return (codes, count, scores) -> {
            for (int from = 0; from < count; from += BLOCK) {
                int size = Math.min(BLOCK, count - from);
                MemorySegment block = codes.asSlice((long) from * layout.bytes());
                decoder.decode(block, size, decoded);
                BlockScores.write(
                        Kernels.best(),
                        Kernel.DOT_F32,
                        turned.segment(),
                        queryCount,
                        decoded,
                        (long) dimension * Float.BYTES,
                        size,
                        dimension,
                        products);
                for (int q = 0; q < queryCount; q++) {
                    finish(products, q, size, lengths[q], block, scores, (long) q * count + from);
                }
            }
        };
    }

    private void finish(
            MemorySegment products,
            int query,
            int size,
            float length,
            MemorySegment codes,
            MemorySegment scores,
            long at) {
        long first = (long) query * size;
        if (similarity == Similarity.DOT) {
            MemorySegment.copy(products, first * Float.BYTES, scores, at * Float.BYTES, (long) size * Float.BYTES);
            return;
        }
        for (int i = 0; i < size; i++) {
            float product = products.getAtIndex(FLOAT, first + i);
            float own = codes.get(STORED_FLOAT, (long) i * layout.bytes());
            scores.setAtIndex(FLOAT, at + i, 2 * product - own - length);
        }
    }

    @Override
    public byte[] toBytes() {
        return QuantizerBytes.write(spec, dimension, similarity, model.toBytes());
    }

    static TcqQuantizer read(QuantizerSpec spec, int dimension, Similarity similarity, ByteBuffer state) {
        int bits = new TcqLayout(similarity, spec.size()).bits();
        return new TcqQuantizer(spec, dimension, similarity, TcqModel.read(state, dimension, bits));
    }
}
