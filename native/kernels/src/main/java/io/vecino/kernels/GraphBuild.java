package io.vecino.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A graph being built over int8 codes of points; its memory belongs to the caller. */
public final class GraphBuild {
    /** Neighbours that a point may have while the graph is being built. */
    public static final int CAPACITY = 2 * GraphSpace.DEGREE;

    /** Largest efConstruction. */
    public static final int MOST_EFFORT = 2048;

    private final int count;
    private final int dimension;
    private final int effort;
    private final float alpha;
    private final int entry;
    private final MemorySegment codes;
    private final MemorySegment norms;
    private final MemorySegment sums;
    private final MemorySegment neighbours;
    private final MemorySegment degrees;
    private final MemorySegment descriptor;

    /**
     * Describes memory.
     *
     * @param dimension of codes, padded
     * @param effort efConstruction: candidates for the neighbours of a point
     * @param alpha a candidate goes if a chosen neighbour is alpha times closer to it than the point, by squared distance
     * @param entry where searches begin
     * @param codes count × dimension int8
     * @param norms count int32, sums of squared codes
     * @param sums count int32, sums of codes
     * @param neighbours count × {@link #CAPACITY} int32
     * @param degrees count int32, zero at first
     * @param arena of the descriptor
     */
    public GraphBuild(
            int count,
            int dimension,
            int effort,
            float alpha,
            int entry,
            MemorySegment codes,
            MemorySegment norms,
            MemorySegment sums,
            MemorySegment neighbours,
            MemorySegment degrees,
            Arena arena) {
        Arguments.atLeast("count", 1, count);
        if (effort < 1 || effort > MOST_EFFORT) {
            throw new IllegalArgumentException("efConstruction: expected 1 to " + MOST_EFFORT + ", got " + effort);
        }
        if (!(alpha >= 1 && alpha <= 4)) {
            throw new IllegalArgumentException("alpha: expected 1 to 4, got " + alpha);
        }
        if (entry < 0 || entry >= count) {
            throw new IllegalArgumentException("entry: expected less than " + count + ", got " + entry);
        }
        Arguments.holds("codes", codes, (long) count * dimension);
        Arguments.holds("norms", norms, (long) count * Integer.BYTES);
        Arguments.holds("sums", sums, (long) count * Integer.BYTES);
        Arguments.holds("neighbours", neighbours, (long) count * CAPACITY * Integer.BYTES);
        Arguments.holds("degrees", degrees, (long) count * Integer.BYTES);
        this.count = count;
        this.dimension = dimension;
        this.effort = effort;
        this.alpha = alpha;
        this.entry = entry;
        this.codes = codes;
        this.norms = norms;
        this.sums = sums;
        this.neighbours = neighbours;
        this.degrees = degrees;
        this.descriptor = GraphStructs.build(this, arena);
    }

    /** How many points. */
    public int count() {
        return count;
    }

    /** Where searches begin. */
    public int entry() {
        return entry;
    }

    int dimension() {
        return dimension;
    }

    int effort() {
        return effort;
    }

    float alpha() {
        return alpha;
    }

    MemorySegment codes() {
        return codes;
    }

    MemorySegment norms() {
        return norms;
    }

    MemorySegment sums() {
        return sums;
    }

    MemorySegment neighbours() {
        return neighbours;
    }

    MemorySegment degrees() {
        return degrees;
    }

    MemorySegment descriptor() {
        return descriptor;
    }

    /** Bytes that one thread needs beside the graph, zero before its first call. */
    public long scratchBytes() {
        long candidates = MOST_EFFORT + 1L + 2L * MOST_EFFORT;
        return Math.ceilDiv((long) count, Long.SIZE) * Long.BYTES + candidates * Long.BYTES;
    }
}
