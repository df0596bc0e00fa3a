package io.vecino.kernels;

import java.util.Locale;

/**
 * Operation and format of the stored rows; the query is float32, for {@code QDOT} int8.
 *
 * <p>{@code DOT} is the sum of {@code q[i] * x[i]}, {@code L2} the sum of {@code (q[i] - x[i])^2} (squared, never
 * negative). {@code QDOT} is the same sum as {@code DOT} for a query of {@code d} signed bytes: exact in int32, rounded
 * once to float32, for dimensions up to {@value #LARGEST_QDOT_DIMENSION}. The list repeats {@code kernel_list.h}; a test compares the two.
 *
 * <p>{@code U1} to {@code U7} are unsigned levels cut into planes of 4, 2 and 1 bits, most significant bits first: a
 * plane for each bit set in the width, so 7 is 4 + 2 + 1.
 *
 * <ul>
 *   <li>A plane of 4 bits has {@code h = ceil(d / 2)} bytes: byte {@code j} holds element {@code j} in its low half,
 *       {@code j + h} in its high half.
 *   <li>A plane of 2 bits has {@code w = ceil(d / 4)} bytes: byte {@code j} holds the elements {@code j}, {@code j + w},
 *       {@code j + 2w}, {@code j + 3w}, lowest bits first.
 *   <li>A plane of 1 bit has {@code ceil(d / 8)} bytes: element {@code i} is bit {@code i % 8} of byte {@code i / 8}.
 * </ul>
 *
 * Bits without an element are 0; {@link Kernels#packLevels} writes this format. {@link #DOT_U1} adds the query's
 * elements whose bit is set and does not look at the others, even if they are NaN or infinite; with an infinite query
 * element the composed widths (3, 5, 6, 7) may give NaN instead of infinity.
 */
public enum Kernel {
    /** Inner product with float32 rows. */
    DOT_F32(32),
    /** Squared Euclidean distance to float32 rows. */
    L2_F32(32),
    /** Inner product with IEEE binary16 rows. */
    DOT_F16(16),
    /** Squared Euclidean distance to IEEE binary16 rows. */
    L2_F16(16),
    /** Inner product with signed byte rows, unscaled. */
    DOT_I8(8),
    /** Inner product with bfloat16 rows: the upper half of a float32. */
    DOT_BF16(16),
    /** Squared Euclidean distance to bfloat16 rows. */
    L2_BF16(16),
    /** Inner product with OCP OFP8 1.0 E4M3 rows: no infinities, largest 448, S.1111.111 is NaN. */
    DOT_E4M3(8),
    /** Inner product with OCP OFP8 1.0 E5M2 rows: infinities and NaN as in IEEE 754. */
    DOT_E5M2(8),
    /** Inner product with levels in [0, 2). */
    DOT_U1(1),
    /** Inner product with levels in [0, 4). */
    DOT_U2(2),
    /** Inner product with levels in [0, 8). */
    DOT_U3(3),
    /** Inner product with levels in [0, 16). */
    DOT_U4(4),
    /** Inner product with levels in [0, 32). */
    DOT_U5(5),
    /** Inner product with levels in [0, 64). */
    DOT_U6(6),
    /** Inner product with levels in [0, 128). */
    DOT_U7(7),
    /** Inner product with unsigned byte rows. */
    DOT_U8(8),
    /** Inner product of an int8 query with levels in [0, 2). */
    QDOT_U1(1),
    /** Inner product of an int8 query with levels in [0, 4). */
    QDOT_U2(2),
    /** Inner product of an int8 query with levels in [0, 8). */
    QDOT_U3(3),
    /** Inner product of an int8 query with levels in [0, 16). */
    QDOT_U4(4),
    /** Inner product of an int8 query with levels in [0, 32). */
    QDOT_U5(5),
    /** Inner product of an int8 query with levels in [0, 64). */
    QDOT_U6(6),
    /** Inner product of an int8 query with levels in [0, 128). */
    QDOT_U7(7),
    /** Inner product of an int8 query with levels in [0, 256). */
    QDOT_U8(8);

    /** The largest dimension whose {@code QDOT} sums fit an int32. */
    public static final int LARGEST_QDOT_DIMENSION = 65_536;

    private final int bits;

    Kernel(int bits) {
        this.bits = bits;
    }

    /**
     * The inner product with unsigned levels of a width.
     *
     * @param bits 1 to 8
     */
    public static Kernel dotLevels(int bits) {
        return switch (bits) {
            case 1 -> DOT_U1;
            case 2 -> DOT_U2;
            case 3 -> DOT_U3;
            case 4 -> DOT_U4;
            case 5 -> DOT_U5;
            case 6 -> DOT_U6;
            case 7 -> DOT_U7;
            case 8 -> DOT_U8;
            default -> throw new IllegalArgumentException("bits must be in [1, 8], got " + bits);
        };
    }

    /**
     * Bytes of one stored row without padding, the least stride that the bulk calls accept.
     *
     * @param dimension elements per row, at least 1
     */
    public long rowBytes(int dimension) {
        long bytes = 0;
        for (int plane = Integer.highestOneBit(bits); plane > 0; plane /= 2) {
            if ((bits & plane) != 0) {
                bytes += ((long) plane * dimension + 7) / 8;
            }
        }
        return bytes;
    }

    /**
     * Bytes of one query.
     *
     * @param dimension elements, at least 1
     */
    public long queryBytes(int dimension) {
        return isQdot() ? dimension : (long) Float.BYTES * dimension;
    }

    /** The inner product of an int8 query with the same rows; for {@link #DOT_U1} to {@link #DOT_U8} alone. */
    public Kernel withInt8Query() {
        return switch (this) {
            case DOT_U1 -> QDOT_U1;
            case DOT_U2 -> QDOT_U2;
            case DOT_U3 -> QDOT_U3;
            case DOT_U4 -> QDOT_U4;
            case DOT_U5 -> QDOT_U5;
            case DOT_U6 -> QDOT_U6;
            case DOT_U7 -> QDOT_U7;
            case DOT_U8 -> QDOT_U8;
            default -> throw new IllegalArgumentException("kernel must be one of DOT_U1 to DOT_U8, got " + this);
        };
    }

    /** Whether the query is int8. */
    boolean isQdot() {
        return compareTo(QDOT_U1) >= 0;
    }

    /** The {@code <op>_<type>} part of the exported symbols. */
    String symbol() {
        return name().toLowerCase(Locale.ROOT);
    }
}
