package io.vecino.quantization;

import io.vecino.kernels.Kernel;
import io.vecino.kernels.Kernels;
import io.vecino.model.QuantizerSpec;
import io.vecino.storage.Scratch;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Each element as a shorter float, rounded to nearest even: nothing is trained. */
record ElementQuantizer(QuantizerSpec spec, int dimension, Similarity similarity) implements Quantizer {
    private Kernel kernel() {
        boolean euclidean = similarity == Similarity.L2;
        return switch (spec.method()) {
            case F16 -> euclidean ? Kernel.L2_F16 : Kernel.DOT_F16;
            case BF16 -> euclidean ? Kernel.L2_BF16 : Kernel.DOT_BF16;
            default -> euclidean ? Kernel.L2_F32 : Kernel.DOT_F32;
        };
    }

    @Override
    public int bytesPerVector() {
        return Math.toIntExact(kernel().rowBytes(dimension));
    }

    @Override
    public void encode(MemorySegment rows, int count, MemorySegment codes) {
        long values = (long) count * dimension;
        switch (spec.method()) {
            case F16 -> Kernels.best().encodeF16(rows, codes, values);
            case BF16 -> Kernels.best().encodeBF16(rows, codes, values);
            default -> MemorySegment.copy(rows, 0, codes, 0, values * Float.BYTES);
        }
    }

    @Override
    public void decode(MemorySegment codes, int count, MemorySegment rows) {
        long values = (long) count * dimension;
        switch (spec.method()) {
            case F16 -> Kernels.best().decodeF16(codes, rows, values);
            case BF16 -> Kernels.best().decodeBF16(codes, rows, values);
            default -> MemorySegment.copy(codes, 0, rows, 0, values * Float.BYTES);
        }
    }

    @Override
    public QueryScorer scorer(MemorySegment queries, int queryCount, Scratch scratch) {
        Kernels kernels = Kernels.best();
        Kernel kernel = kernel();
        int stride = bytesPerVector();
        return (codes, count, scores) -> {
            BlockScores.write(kernels, kernel, queries, queryCount, codes, stride, count, dimension, scores);
            similarity.fromKernel(scores, queryCount * count);
        };
    }

    @Override
    public byte[] toBytes() {
        return QuantizerBytes.write(spec, dimension, similarity, ByteBuffer.allocate(0));
    }
}
