package io.vecino.index.flat;

import io.vecino.quantization.Quantizer;
import io.vecino.quantization.Storage;
import io.vecino.quantization.TrainedPipeline;
import java.lang.foreign.MemorySegment;

/**
 * A run of encoded rows in native memory, three sections one after the other: float32 biases of all rows, if the transform
 * has any; the codes as their quantizer's {@link Storage} lays them out; the refine codes, if there are any, in the same
 * way.
 *
 * @param rows how many it has room for, a multiple of the blocks of codes
 */
record FlatChunk(MemorySegment segment, TrainedPipeline pipeline, int rows) {
    static long bytes(TrainedPipeline pipeline, int rows) {
        return biasBytes(pipeline, rows)
                + pipeline.quantizer().storage().bytes(rows)
                + pipeline.refine().map(refine -> refine.storage().bytes(rows)).orElse(0L);
    }

    /** The least number of rows, at least {@code rows}, that fills whole blocks. */
    static int wholeBlocks(TrainedPipeline pipeline, int rows) {
        int block = Math.max(
                pipeline.quantizer().storage().blockCodes(),
                pipeline.refine().map(refine -> refine.storage().blockCodes()).orElse(1));
        long largest = (long) Integer.MAX_VALUE / block * block;
        return (int) Math.min(largest, (rows + block - 1L) / block * block);
    }

    MemorySegment codes() {
        return segment.asSlice(
                biasBytes(pipeline, rows), pipeline.quantizer().storage().bytes(rows));
    }

    MemorySegment refineCodes(Quantizer refine) {
        long before = biasBytes(pipeline, rows) + pipeline.quantizer().storage().bytes(rows);
        return segment.asSlice(before, refine.storage().bytes(rows));
    }

    /** Empty if the transform has none. */
    MemorySegment biases(int first, int count) {
        return pipeline.transform().biased()
                ? segment.asSlice((long) first * Float.BYTES, (long) count * Float.BYTES)
                : MemorySegment.NULL;
    }

    private static long biasBytes(TrainedPipeline pipeline, int rows) {
        return pipeline.transform().biased() ? (long) rows * Float.BYTES : 0;
    }
}
