package io.vecino.kernels;

import java.lang.foreign.MemorySegment;

/**
 * The space that a graph compares its points in: centred, padded with zeros to {@code dimension} and rotated, which keeps
 * Euclidean distances, so that few bits say most (Gao and Long, "RaBitQ", 2024). It also fixes the row of a vertex, as
 * {@code vecino_graph.h} describes it.
 *
 * @param queryDimension elements of a point or query, at most {@code dimension}
 * @param dimension a multiple of {@link #UNIT}
 * @param elementBytes 4 for float32, 2 for float16
 * @param bits of a neighbour's code per dimension: 1, 2 or 4
 * @param centre dimension float32 values, subtracted before the rotation
 * @param signs {@link #ROUNDS} × dimension int32: {@link Integer#MIN_VALUE} where a coordinate changes its sign, else 0
 */
public record GraphSpace(
        int queryDimension, int dimension, int elementBytes, int bits, MemorySegment centre, MemorySegment signs) {
    /** Dimensions are padded to a multiple of it. */
    public static final int UNIT = 32;

    /** Dimensions that are supported at most, padding included. */
    public static final int LARGEST_DIMENSION = 16_384;

    /** Rounds of the rotation. */
    public static final int ROUNDS = 4;

    /** Neighbours of a vertex. */
    public static final int DEGREE = 32;

    private static final int ALIGNMENT = 64;
    private static final int TABLE_BYTES = 16;
    private static final int BITS_PER_TABLE = 4;

    public GraphSpace {
        if (elementBytes != Float.BYTES && elementBytes != Short.BYTES) {
            throw new IllegalArgumentException("elementBytes: expected 2 or 4, got " + elementBytes);
        }
        if (bits != 1 && bits != 2 && bits != 4) {
            throw new IllegalArgumentException("bits: expected 1, 2 or 4, got " + bits);
        }
        if (dimension < UNIT || dimension > LARGEST_DIMENSION || dimension % UNIT != 0) {
            throw new IllegalArgumentException(
                    "dimension: expected a multiple of " + UNIT + " up to " + LARGEST_DIMENSION + ", got " + dimension);
        }
        if (queryDimension < 1 || queryDimension > dimension) {
            throw new IllegalArgumentException(
                    "queryDimension: expected 1 to " + dimension + ", got " + queryDimension);
        }
        Arguments.holds("centre", centre, (long) dimension * Float.BYTES);
        Arguments.holds("signs", signs, (long) ROUNDS * dimension * Integer.BYTES);
    }

    /** The least supported dimension that holds {@code dimension} elements. */
    public static int padded(int dimension) {
        return Math.ceilDiv(dimension, UNIT) * UNIT;
    }

    /** Bytes of a point without neighbours. */
    public long ownBytes() {
        return (long) dimension * elementBytes;
    }

    long codesOffset() {
        return Math.ceilDiv(ownBytes(), ALIGNMENT) * ALIGNMENT;
    }

    long addOffset() {
        return codesOffset() + (long) dimension * bits / BITS_PER_TABLE * TABLE_BYTES;
    }

    long multiplyOffset() {
        return addOffset() + (long) DEGREE * Float.BYTES;
    }

    long idsOffset() {
        return multiplyOffset() + (long) DEGREE * Float.BYTES;
    }

    /** Bytes of a vertex: the point, its neighbours' codes, two factors for each, their numbers. */
    public long rowBytes() {
        return idsOffset() + (long) DEGREE * Integer.BYTES;
    }
}
