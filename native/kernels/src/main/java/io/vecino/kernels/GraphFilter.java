package io.vecino.kernels;

import java.lang.foreign.MemorySegment;

/**
 * Which points a search may return, and how long it looks for them.
 *
 * @param bits a bit per ordinal, in int64 words: whether it may be returned
 * @param covered the search ends when every known vertex closer than this result was visited; 1 to as many as it keeps
 * @param visits with more of them the search gives up, without results: then {@link GraphKernels#scan} is sooner done
 */
public record GraphFilter(MemorySegment bits, int covered, int visits) {
    /** Everything may be returned. */
    public static final GraphFilter NONE = new GraphFilter(MemorySegment.NULL, 1, Integer.MAX_VALUE);

    public GraphFilter {
        Arguments.atLeast("covered", 1, covered);
        Arguments.atLeast("visits", 1, visits);
    }

    boolean present() {
        return bits.address() != 0;
    }
}
