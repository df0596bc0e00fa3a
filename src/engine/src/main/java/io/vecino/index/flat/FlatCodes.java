package io.vecino.index.flat;

import io.vecino.quantization.Quantizer;
import io.vecino.quantization.TrainedPipeline;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The chunks of a flat index as one run of ordinals.
 *
 * @param chunks each of room for chunkRows rows
 * @param owner frees the chunks
 */
record FlatCodes(TrainedPipeline pipeline, List<MemorySegment> chunks, int chunkRows, int size, Runnable owner) {
    FlatCodes {
        chunks = List.copyOf(chunks);
    }

    long bytes() {
        return chunks.stream().mapToLong(MemorySegment::byteSize).sum();
    }

    private FlatChunk chunk(int ordinal) {
        return new FlatChunk(chunks.get(ordinal / chunkRows), pipeline, chunkRows);
    }

    /** How many of {@code wanted} ordinals lie in one chunk. */
    int run(int first, int wanted) {
        return Math.min(wanted, chunkRows - first % chunkRows);
    }

    /** Stored codes from {@code first}, the start of a block, on; all in one chunk. */
    MemorySegment codes(int first, int count) {
        return pipeline.quantizer().storage().run(chunk(first).codes(), first % chunkRows, count);
    }

    MemorySegment biases(int first, int count) {
        return chunk(first).biases(first % chunkRows, count);
    }

    /** Stored refine codes from {@code first}, the start of a block, on; all in one chunk. */
    MemorySegment refineCodes(Quantizer refine, int first, int count) {
        return refine.storage().run(chunk(first).refineCodes(refine), first % chunkRows, count);
    }

    /** Copies the code of an ordinal. */
    void readCode(int ordinal, MemorySegment to) {
        pipeline.quantizer().storage().read(chunk(ordinal).codes(), ordinal % chunkRows, 1, to);
    }

    /** Copies the refine code of an ordinal. */
    void readRefineCode(Quantizer refine, int ordinal, MemorySegment to) {
        refine.storage().read(chunk(ordinal).refineCodes(refine), ordinal % chunkRows, 1, to);
    }
}
