package io.vecino.quantization;

import io.vecino.kernels.FastScan;
import io.vecino.kernels.Kernel;
import io.vecino.kernels.Kernels;
import io.vecino.model.QuantizerSpec;
import io.vecino.quantization.faiss.FaissTraining;
import io.vecino.storage.NativeConstant;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Product quantization (Jégou, Douze, Schmid 2011): each of M equal parts of a vector is the number of its nearest centroid.
 * One byte per part with 8 bits; with 4 bits two parts per byte, the even one in the low nibble.
 */
final class PqQuantizer implements Quantizer {
    private static final int BLOCK = 256;

    private final QuantizerSpec spec;
    private final int dimension;
    private final Similarity similarity;
    private final int parts;
    private final int width;
    private final int centroids;
    private final float[] codebook;
    private final MemorySegment nativeCodebook;

    /** @param codebook parts × centroids × width */
    PqQuantizer(QuantizerSpec spec, int dimension, Similarity similarity, float[] codebook) {
        this.spec = spec;
        this.dimension = dimension;
        this.similarity = similarity;
        this.parts = spec.subquantizers();
        this.width = dimension / parts;
        this.centroids = 1 << spec.bits();
        this.codebook = codebook;
        this.nativeCodebook = NativeConstant.of(codebook);
    }

    /** @param sample at least 2^bits rows */
    static PqQuantizer train(QuantizerSpec spec, Rows sample, Similarity similarity) {
        float[] codebook = FaissTraining.productCodebooks(sample, spec.subquantizers(), spec.bits());
        return new PqQuantizer(spec, sample.dimension(), similarity, codebook);
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public int bytesPerVector() {
        return spec.bits() == 8 ? parts : (parts + 1) / 2;
    }

    @Override
    public Similarity similarity() {
        return similarity;
    }

    private MemorySegment centroids(int part) {
        long bytes = (long) centroids * width * Float.BYTES;
        return nativeCodebook.asSlice(part * bytes, bytes);
    }

    @Override
    public void encode(MemorySegment rows, int count, MemorySegment codes) {
        codes.asSlice(0, (long) count * bytesPerVector()).fill((byte) 0);
        try (Scratch scratch = new Scratch()) {
            int most = Math.min(BLOCK, count);
            MemorySegment slices = scratch.floats((long) most * width);
            MemorySegment distances = scratch.floats((long) most * centroids);
            for (int first = 0; first < count; first += BLOCK) {
                int size = Math.min(BLOCK, count - first);
                for (int part = 0; part < parts; part++) {
                    distances(rows, first, size, part, slices, distances);
                    for (int i = 0; i < size; i++) {
                        put(codes, first + i, part, nearest(distances, i));
                    }
                }
            }
        }
    }

    private void distances(
            MemorySegment rows, int first, int size, int part, MemorySegment slices, MemorySegment distances) {
        long bytes = (long) width * Float.BYTES;
        for (int i = 0; i < size; i++) {
            long from = ((long) (first + i) * dimension + (long) part * width) * Float.BYTES;
            MemorySegment.copy(rows, from, slices, i * bytes, bytes);
        }
        Kernels.best().scoreBatch(Kernel.L2_F32, slices, size, centroids(part), bytes, centroids, width, distances);
    }

    private int nearest(MemorySegment distances, int row) {
        long first = (long) row * centroids;
        int best = 0;
        float least = Float.POSITIVE_INFINITY;
        for (int c = 0; c < centroids; c++) {
            float distance = distances.getAtIndex(ValueLayout.JAVA_FLOAT, first + c);
            if (distance < least) {
                least = distance;
                best = c;
            }
        }
        return best;
    }

    private void put(MemorySegment codes, int row, int part, int centroid) {
        long at = (long) row * bytesPerVector() + byteOf(part);
        byte before = codes.get(ValueLayout.JAVA_BYTE, at);
        codes.set(ValueLayout.JAVA_BYTE, at, (byte) (before | (centroid << shift(part))));
    }

    private int byteOf(int part) {
        return spec.bits() == 8 ? part : part / 2;
    }

    private int shift(int part) {
        return spec.bits() == 8 || part % 2 == 0 ? 0 : 4;
    }

    @Override
    public void decode(MemorySegment codes, int count, MemorySegment rows) {
        long bytes = (long) width * Float.BYTES;
        for (int i = 0; i < count; i++) {
            for (int part = 0; part < parts; part++) {
                int code = codes.get(ValueLayout.JAVA_BYTE, (long) i * bytesPerVector() + byteOf(part)) & 0xFF;
                int centroid = (code >> shift(part)) & (centroids - 1);
                long to = ((long) i * dimension + (long) part * width) * Float.BYTES;
                MemorySegment.copy(centroids(part), centroid * bytes, rows, to, bytes);
            }
        }
    }

    @Override
    public QueryScorer scorer(MemorySegment queries, int queryCount, Scratch scratch) {
        return scorer(values(queries, queryCount, scratch));
    }

    /** The scores of each part's centroids, per query: parts × centroids. */
    private float[][] values(MemorySegment queries, int queryCount, Scratch scratch) {
        float[][] values = new float[queryCount][parts * centroids];
        MemorySegment scores = scratch.floats((long) centroids);
        for (int q = 0; q < queryCount; q++) {
            for (int part = 0; part < parts; part++) {
                long at = ((long) q * dimension + (long) part * width) * Float.BYTES;
                MemorySegment slice = queries.asSlice(at, (long) width * Float.BYTES);
                similarity.score(Kernels.best(), slice, centroids(part), centroids, width, scores);
                MemorySegment.copy(scores, ValueLayout.JAVA_FLOAT, 0, values[q], part * centroids, centroids);
            }
        }
        return values;
    }

    private TableScorer scorer(float[][] values) {
        float[][] tables = new float[values.length][bytesPerVector() << 8];
        for (int q = 0; q < values.length; q++) {
            for (int part = 0; part < parts; part++) {
                addTo(tables[q], part, values[q]);
            }
        }
        return new TableScorer(tables, bytesPerVector());
    }

    private boolean inBlocks() {
        return spec.bits() == 4 && parts <= FastScan.MOST_SUBQUANTIZERS;
    }

    @Override
    public Storage storage() {
        return inBlocks() ? new BlockStorage(parts) : new Storage.InRows(bytesPerVector());
    }

    @Override
    public CodeScan scan(MemorySegment queries, int queryCount, int mostCodes, Scratch scratch) {
        float[][] values = values(queries, queryCount, scratch);
        return inBlocks()
                ? new BlockScan(new BlockStorage(parts), values, scorer(values), mostCodes, scratch)
                : new ExactScan(scorer(values), queryCount, mostCodes, scratch);
    }

    /** Adds a part's scores to the 256 sums of its byte. */
    private void addTo(float[] table, int part, float[] values) {
        int first = byteOf(part) << 8;
        for (int code = 0; code < 256; code++) {
            table[first + code] += values[part * centroids + ((code >> shift(part)) & (centroids - 1))];
        }
    }

    /** parts × centroids × width; not to be changed. */
    float[] codebook() {
        return codebook;
    }

    @Override
    public byte[] toBytes() {
        ByteBuffer state = ByteBuffer.allocate(codebook.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        state.asFloatBuffer().put(codebook);
        return QuantizerBytes.write(spec, dimension, similarity, state);
    }

    static PqQuantizer read(QuantizerSpec spec, int dimension, Similarity similarity, ByteBuffer state) {
        long expected = (long) dimension * (1 << spec.bits()) * Float.BYTES;
        if (dimension % spec.subquantizers() != 0 || state.remaining() != expected) {
            throw new IllegalArgumentException("trained quantizer " + spec + ": expected " + expected + " bytes for "
                    + dimension + " dimensions, got " + state.remaining());
        }
        float[] codebook = new float[state.remaining() / Float.BYTES];
        state.asFloatBuffer().get(codebook);
        return new PqQuantizer(spec, dimension, similarity, codebook);
    }
}
