package io.vecino.quantization;

import io.vecino.kernels.Kernel;
import io.vecino.kernels.Kernels;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;

/** IEEE binary16, rounded to nearest even; values beyond ±65,504 become infinite. */
record HalfQuantizer(int dimension) implements Quantizer {
    @Override
    public int bytesPerVector() {
        return dimension * Short.BYTES;
    }

    @Override
    public void encode(MemorySegment rows, int count, MemorySegment codes) {
        Kernels.best().encodeF16(rows, codes, (long) count * dimension);
    }

    @Override
    public void decode(MemorySegment codes, int count, MemorySegment rows) {
        Kernels.best().decodeF16(codes, rows, (long) count * dimension);
    }

    @Override
    public QueryScorer scorer(MemorySegment query, Similarity similarity) {
        Kernels kernels = Kernels.best();
        Kernel kernel = similarity == Similarity.L2 ? Kernel.L2_F16 : Kernel.DOT_F16;
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
