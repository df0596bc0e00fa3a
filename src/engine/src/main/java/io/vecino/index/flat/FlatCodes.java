package io.vecino.index.flat;

import io.vecino.quantization.Quantizer;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.storage.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** The chunks of a flat index as one run of ordinals. */
record FlatCodes(TrainedPipeline pipeline, List<NativeMemory.Block> blocks, int chunkRows, int size) {
    FlatCodes {
        blocks = List.copyOf(blocks);
    }

    long bytes() {
        return blocks.stream().mapToLong(NativeMemory.Block::bytes).sum();
    }

    private FlatChunk chunk(int ordinal) {
        return new FlatChunk(blocks.get(ordinal / chunkRows).segment(), pipeline, chunkRows);
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

    MemorySegment refineCode(Quantizer refine, int ordinal) {
        return chunk(ordinal).refineCodes(refine, ordinal % chunkRows, 1);
    }
}
