package io.vecino.quantization;

import io.vecino.kernels.Kernel;
import io.vecino.kernels.Kernels;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;

/** IEEE binary32: the rows themselves. */
record FloatQuantizer(int dimension) implements Quantizer {
    @Override
    public int bytesPerVector() {
        return dimension * Float.BYTES;
    }

    @Override
    public void encode(MemorySegment rows, int count, MemorySegment codes) {
        copy(rows, codes, count);
    }

    private void copy(MemorySegment from, MemorySegment to, int count) {
        MemorySegment.copy(from, 0, to, 0, (long) count * bytesPerVector());
    }

    @Override
    public void decode(MemorySegment codes, int count, MemorySegment rows) {
        copy(codes, rows, count);
    }

    @Override
    public QueryScorer scorer(MemorySegment query, Similarity similarity) {
        Kernels kernels = Kernels.best();
        Kernel kernel = similarity == Similarity.L2 ? Kernel.L2_F32 : Kernel.DOT_F32;
        return (codes, count, scores) -> {
            kernels.scoreRows(kernel, query, codes, bytesPerVector(), count, dimension, scores);
            similarity.fromKernel(scores, count);
        };
    }

    @Override
    public byte[] toBytes() {
        return new byte[0];
    }
}
