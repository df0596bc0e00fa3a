package io.vecino.index.flat;

import io.vecino.quantization.Quantizer;
import io.vecino.quantization.TrainedPipeline;
import java.lang.foreign.MemorySegment;

/**
 * A run of encoded rows in native memory: biases of all rows, if the transform has any, then the codes, then the refine
 * codes, if there are any.
 */
record FlatChunk(MemorySegment segment, TrainedPipeline pipeline, int rows) {
    static long bytes(TrainedPipeline pipeline, int rows) {
        return (long) rows * pipeline.bytesPerVector();
    }

    MemorySegment codes(int first, int count) {
        return slice(biasBytes(), pipeline.quantizer(), first, count);
    }

    MemorySegment refineCodes(Quantizer refine, int first, int count) {
        long before = biasBytes() + (long) rows * pipeline.quantizer().bytesPerVector();
        return slice(before, refine, first, count);
    }

    private MemorySegment slice(long start, Quantizer quantizer, int first, int count) {
        long size = quantizer.bytesPerVector();
        return segment.asSlice(start + first * size, count * size);
    }

    /** Empty if the transform has none. */
    MemorySegment biases(int first, int count) {
        return pipeline.transform().biased()
                ? segment.asSlice((long) first * Float.BYTES, (long) count * Float.BYTES)
                : MemorySegment.NULL;
    }

    private long biasBytes() {
        return pipeline.transform().biased() ? (long) rows * Float.BYTES : 0;
    }
}
