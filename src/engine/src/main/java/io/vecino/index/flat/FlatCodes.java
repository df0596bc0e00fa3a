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

    MemorySegment codes(int first, int count) {
        return chunk(first).codes(first % chunkRows, count);
    }

    MemorySegment biases(int first, int count) {
        return chunk(first).biases(first % chunkRows, count);
    }

    MemorySegment refineCodes(Quantizer refine, int first, int count) {
        return chunk(first).refineCodes(refine, first % chunkRows, count);
    }
}
