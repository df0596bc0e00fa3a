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
 * @param bits of a neighbour's code per dimension: 1, 2 or 4; in layout lean of a vertex' own code: 4
 * @param layout of a row
 * @param centre dimension float32 values, subtracted before the rotation
 * @param signs {@link #ROUNDS} × dimension int32: {@link Integer#MIN_VALUE} where a coordinate changes its sign, else 0
 */
public record GraphSpace(
        int queryDimension,
        int dimension,
        int elementBytes,
        int bits,
        GraphLayout layout,
        MemorySegment centre,
        MemorySegment signs) {
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
    private static final long LEAN_UNIT = 32;

    public GraphSpace {
        if (elementBytes != Float.BYTES && elementBytes != Short.BYTES) {
            throw new IllegalArgumentException("elementBytes: expected 2 or 4, got " + elementBytes);
        }
        if (!layout.codes(bits)) {
            throw new IllegalArgumentException("bits: unexpected in layout " + layout + ": " + bits);
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

    private static long codesOffset(int dimension, int elementBytes) {
        return Math.ceilDiv((long) dimension * elementBytes, ALIGNMENT) * ALIGNMENT;
    }

    private static long addOffset(int dimension, int elementBytes, int bits) {
        return codesOffset(dimension, elementBytes) + (long) dimension * bits / BITS_PER_TABLE * TABLE_BYTES;
    }

    /** {@link #rowBytes()} of such a space. */
    public static long rowBytes(GraphLayout layout, int dimension, int elementBytes, int bits) {
        return switch (layout) {
            case FAST -> addOffset(dimension, elementBytes, bits) + DEGREE * (2L * Float.BYTES + Integer.BYTES);
            case LEAN ->
                Math.ceilDiv(leanFactorsOffset(dimension) + 2L * Float.BYTES + DEGREE * (long) Integer.BYTES, LEAN_UNIT)
                        * LEAN_UNIT;
        };
    }

    private static long leanFactorsOffset(int dimension) {
        return dimension / 2;
    }

    long leanFactorsOffset() {
        return leanFactorsOffset(dimension);
    }

    long codesOffset() {
        return codesOffset(dimension, elementBytes);
    }

    long addOffset() {
        return addOffset(dimension, elementBytes, bits);
    }

    long multiplyOffset() {
        return addOffset() + (long) DEGREE * Float.BYTES;
    }

    long idsOffset() {
        return switch (layout) {
            case FAST -> multiplyOffset() + (long) DEGREE * Float.BYTES;
            case LEAN -> leanFactorsOffset() + 2L * Float.BYTES;
        };
    }

    /** Bytes of a vertex: codes, factors, the numbers of its neighbours, in layout fast the point itself. */
    public long rowBytes() {
        return rowBytes(layout, dimension, elementBytes, bits);
    }
}
