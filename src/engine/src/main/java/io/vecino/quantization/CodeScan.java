package io.vecino.quantization;

import java.lang.foreign.MemorySegment;

/**
 * Queries bound to runs of stored codes: a run is looked at as a whole, then the codes that may be good enough are scored
 * exactly. Every code's score is that of the quantizer's {@link QueryScorer}. For one thread.
 */
public interface CodeScan {
    /**
     * Looks at a run; what is selected and scored next is of this one.
     *
     * @param stored the run as {@link Storage} lays it out, its first code at the start of a block
     * @param count at most as many codes as the scan was made for
     */
    void look(MemorySegment stored, int count);

    /**
     * Finds every code of the run that scores at least {@code least}, and perhaps some that do not.
     *
     * @param query number of the query
     * @param positions int32 to write, room for the whole run
     * @return how many were found; the positions ascend
     */
    int select(int query, float least, MemorySegment positions);

    /**
     * Scores selected codes.
     *
     * @param positions int32, as selected, all or some
     * @param scores float32 to write, {@code count} values
     */
    void score(int query, MemorySegment positions, int count, MemorySegment scores);
}
