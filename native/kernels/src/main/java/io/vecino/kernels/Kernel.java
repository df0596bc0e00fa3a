package io.vecino.kernels;

import java.util.Locale;

/**
 * Operation and element type of the stored rows; the query is always float32.
 *
 * <p>{@code DOT} is the sum of {@code q[i] * x[i]}, {@code L2} the sum of {@code (q[i] - x[i])^2} (squared, never
 * negative). The list repeats {@code kernel_list.h}; a test compares the two.
 */
public enum Kernel {
    /** Inner product with float32 rows. */
    DOT_F32(Float.BYTES),
    /** Squared Euclidean distance to float32 rows. */
    L2_F32(Float.BYTES),
    /** Inner product with IEEE binary16 rows. */
    DOT_F16(Short.BYTES),
    /** Squared Euclidean distance to IEEE binary16 rows. */
    L2_F16(Short.BYTES),
    /** Inner product with signed byte rows, unscaled. */
    DOT_I8(Byte.BYTES);

    private final int elementBytes;

    Kernel(int elementBytes) {
        this.elementBytes = elementBytes;
    }

    /**
     * Bytes of one stored row without padding, the least stride that the bulk calls accept.
     *
     * @param dimension elements per row, at least 1
     */
    public long rowBytes(int dimension) {
        return (long) elementBytes * dimension;
    }

    /** The {@code <op>_<type>} part of the exported symbols. */
    String symbol() {
        return name().toLowerCase(Locale.ROOT);
    }
}
