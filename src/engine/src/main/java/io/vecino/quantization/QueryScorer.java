package io.vecino.quantization;

import java.lang.foreign.MemorySegment;

/** Scores one query against codes; greater is closer. */
@FunctionalInterface
public interface QueryScorer {
    /**
     * Scores contiguous codes.
     *
     * @param codes native, count codes of the quantizer
     * @param scores native, count float32 values to write
     */
    void score(MemorySegment codes, int count, MemorySegment scores);
}
