package io.vecino.kernels;

import java.lang.foreign.MemorySegment;

/**
 * One search of a graph. The score of a vertex is
 * {@code queryFactor · |query|² + biasFactor · |vertex|² + distanceFactor · distance²}, lengths before centring.
 *
 * @param k results
 * @param kept results of a search over codes that refine codes score again, k to effort; else of no meaning
 * @param effort efSearch, at least k: the search ends when so many visited vertices are estimated closer than the rest,
 *     accepted or not: under a filter it takes more to find the same share of the best
 * @param flights vertices asked of memory at a time, 1 to 8
 * @param filter a bit per ordinal, in int64 words: which may be returned; {@link MemorySegment#NULL} for all
 * @param patience nanoseconds after which the search ends as if stopped, at least 1; 0 for any time
 * @param stop an int32 that ends the search soon after it becomes non-zero; {@link MemorySegment#NULL} for never
 */
public record GraphSearch(
        int k,
        int kept,
        int effort,
        int flights,
        float queryFactor,
        float biasFactor,
        float distanceFactor,
        MemorySegment filter,
        MemorySegment stop,
        long patience) {
    private static final int MOST_FLIGHTS = 8;
    private static final int ROOM_PER_EFFORT = 2;
    private static final int LEAST_ROOM = 32;
    private static final int ROOM_PER_FILTERED_EFFORT = 24;
    private static final int LARGEST_EFFORT = 1 << 20;

    public GraphSearch {
        Arguments.atLeast("k", 1, k);
        Arguments.atLeast("effort", k, effort);
        if (kept < k || kept > effort) {
            throw new IllegalArgumentException("kept: expected " + k + " to " + effort + ", got " + kept);
        }
        if (effort > LARGEST_EFFORT) {
            throw new IllegalArgumentException("effort: expected at most " + LARGEST_EFFORT + ", got " + effort);
        }
        if (flights < 1 || flights > MOST_FLIGHTS) {
            throw new IllegalArgumentException("flights: expected 1 to " + MOST_FLIGHTS + ", got " + flights);
        }
    }

    /** A search that may take any time. */
    public GraphSearch(
            int k,
            int kept,
            int effort,
            int flights,
            float queryFactor,
            float biasFactor,
            float distanceFactor,
            MemorySegment filter,
            MemorySegment stop) {
        this(k, kept, effort, flights, queryFactor, biasFactor, distanceFactor, filter, stop, 0);
    }

    boolean filtered() {
        return filter.address() != 0;
    }

    // Under a filter most candidates lead somewhere else, so more are remembered.
    int room() {
        return LEAST_ROOM + effort * (filtered() ? ROOM_PER_FILTERED_EFFORT : ROOM_PER_EFFORT);
    }
}
