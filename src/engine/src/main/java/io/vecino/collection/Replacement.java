package io.vecino.collection;

import io.vecino.segment.Segment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Which segments a new one replaces, and where each of its rows came from. For one thread. */
final class Replacement {
    private static final long KNOWN_DEAD = -1;
    private static final long DEAD = -2;

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
        add((long) segment << 32 | ordinal);
    }

    /** Notes that the next row of the new segment is known there as deleted. */
    void addKnownDead() {
        add(KNOWN_DEAD);
    }

    /** Notes that the next row of the new segment was deleted by a write, which the segment does not know yet. */
    void addDead(long sequence) {
        add(DEAD - sequence);
    }

    private void add(long origin) {
        if (rows == origins.length) {
            origins = Arrays.copyOf(origins, 2 * rows);
        }
        origins[rows++] = origin;
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
            long deletedAt = deletedAt(origins[row]);
            if (deletedAt != Long.MAX_VALUE) {
                dead.add(new Dead(row, deletedAt));
            }
        }
        return dead;
    }

    private long deletedAt(long origin) {
        if (origin >= 0) {
            return segments.get((int) (origin >>> 32)).deletedAt((int) origin);
        }
        return origin == KNOWN_DEAD ? Long.MAX_VALUE : DEAD - origin;
    }

    long sealedUpTo() {
        return sealedUpTo;
    }
}
