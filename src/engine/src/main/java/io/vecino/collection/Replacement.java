package io.vecino.collection;

import io.vecino.segment.SealedSegment;
import io.vecino.segment.Segment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which segments a new one replaces, and where each of its rows came from. For one thread. */
final class Replacement {
    private final List<Segment> segments;
    private final long sealedUpTo;
    private long[] origins = new long[1024];
    private int rows;

    /**
     * Starts without rows.
     *
     * @param sealedUpTo the write up to which all points are in sealed segments afterwards; 0 if that does not change
     */
    Replacement(List<Segment> segments, long sealedUpTo) {
        this.segments = List.copyOf(segments);
        this.sealedUpTo = sealedUpTo;
    }

    List<Segment> segments() {
        return segments;
    }

    /** Notes where the next row of the new segment comes from. */
    void add(int segment, int ordinal) {
        if (rows == origins.length) {
            origins = Arrays.copyOf(origins, 2 * rows);
        }
        origins[rows++] = (long) segment << 32 | ordinal;
    }

    int rows() {
        return rows;
    }

    /** A row of the new segment that a later write deleted. */
    record Dead(int ordinal, long sequence) {}

    /** The rows that were deleted since they were taken. */
    List<Dead> dead() {
        List<Dead> dead = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            long deletedAt = segments.get((int) (origins[row] >>> 32)).deletedAt((int) origins[row]);
            if (deletedAt != Long.MAX_VALUE) {
                dead.add(new Dead(row, deletedAt));
            }
        }
        return dead;
    }

    /** Numbers of the sealed segments replaced. */
    Set<Long> numbers() {
        Set<Long> numbers = new HashSet<>();
        for (Segment segment : segments) {
            if (segment instanceof SealedSegment sealed) {
                numbers.add(sealed.number());
            }
        }
        return numbers;
    }

    long sealedUpTo() {
        return sealedUpTo;
    }
}
