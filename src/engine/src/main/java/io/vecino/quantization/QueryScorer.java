package io.vecino.quantization;

import java.lang.foreign.MemorySegment;

/** Scores the queries it was bound to against codes; greater is closer. */
@FunctionalInterface
public interface QueryScorer {
    /**
     * Scores contiguous codes.
     *
     * @param codes native, count codes of the quantizer
     * @param scores native, float32 to write: that of query q and code i at q · count + i
     */
    void score(MemorySegment codes, int count, MemorySegment scores);
}
