package io.vecino.kernels;

import java.lang.foreign.MemorySegment;

/**
 * One search of a graph. The score of a vertex is
 * {@code queryFactor · |query|² + biasFactor · |vertex|² + distanceFactor · distance²}, lengths before centring.
 *
 * @param k results
 * @param kept results of a search over codes that refine codes score again, k to effort; else of no meaning
 * @param effort efSearch, at least k: the search ends when so many visited vertices are estimated closer than the rest.
 *     Under a filter so many visits look at all neighbours, those after them at accepted ones only
 * @param flights vertices asked of memory at a time, 1 to 8
 * @param filter which may be returned
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
        GraphFilter filter,
        MemorySegment stop,
        long patience) {
    private static final int MOST_FLIGHTS = 8;
    private static final int ROOM_PER_EFFORT = 2;
    private static final int LEAST_ROOM = 32;
    private static final int ROOM_PER_FILTERED_EFFORT = 24;
    private static final int LEAST_FILTERED_ROOM = 4096;
    private static final int LARGEST_EFFORT = 1 << 20;

    public GraphSearch {
        Arguments.atLeast("k", 1, k);
        Arguments.atLeast("effort", k, effort);
        if (kept < k || kept > effort) {
            throw new IllegalArgumentException("kept: expected " + k + " to " + effort + ", got " + kept);
        }
        if (filter.present() && filter.covered() > kept) {
            throw new IllegalArgumentException("covered: expected 1 to " + kept + ", got " + filter.covered());
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
            GraphFilter filter,
            MemorySegment stop) {
        this(k, kept, effort, flights, queryFactor, biasFactor, distanceFactor, filter, stop, 0);
    }

    boolean filtered() {
        return filter.present();
    }

    // Under a filter most candidates lead somewhere else, so more are remembered.
    int room() {
        return filtered()
                ? Math.max(LEAST_FILTERED_ROOM, effort * ROOM_PER_FILTERED_EFFORT)
                : LEAST_ROOM + effort * ROOM_PER_EFFORT;
    }
}
