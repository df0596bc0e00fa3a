package io.vecino.kernels;

import java.lang.foreign.MemorySegment;

/**
 * Rows that the results of a search over codes are scored by again, in the order of vertices.
 *
 * @param rows of {@link #rowBytes} each, elements behind {@code queryDimension} zero
 * @param queryDimension elements of a row that count
 * @param elementBytes 4 for float32, 2 for float16
 * @param product whether scores are inner products; if not, negative squared distances
 */
public record GraphRefinement(MemorySegment rows, int queryDimension, int elementBytes, boolean product) {
    /** Nothing to score by. */
    public static final GraphRefinement NONE = new GraphRefinement(MemorySegment.NULL, 0, Float.BYTES, true);

    public GraphRefinement {
        if (elementBytes != Float.BYTES && elementBytes != Short.BYTES) {
            throw new IllegalArgumentException("elementBytes: expected 2 or 4, got " + elementBytes);
        }
    }

    boolean present() {
        return queryDimension > 0;
    }

    int dimension() {
        return GraphSpace.padded(queryDimension);
    }

    /** Bytes of one row. */
    public long rowBytes() {
        return rowBytes(queryDimension, elementBytes);
    }

    /** {@link #rowBytes()} of such rows. */
    public static long rowBytes(int queryDimension, int elementBytes) {
        return (long) GraphSpace.padded(queryDimension) * elementBytes;
    }
}
