package io.vecino.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One score in float64, element by element.
 *
 * @param value the exact score up to float64 rounding
 * @param magnitude sum of the terms' magnitudes, which the tolerance is relative to
 * @param planes terms of an element that are added one after the other
 * @param exact whether the score is the value rounded once
 */
record Oracle(double value, double magnitude, int planes, boolean exact) {

    static Oracle score(Kernel kernel, MemorySegment query, MemorySegment row, int dimension) {
        double value = 0;
        double magnitude = 0;
        for (int i = 0; i < dimension; i++) {
            double q = kernel.isQdot()
                    ? query.get(ValueLayout.JAVA_BYTE, i)
                    : query.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i);
            double x = element(kernel, row, dimension, i);
            double term = switch (kernel) {
                case L2_F32, L2_F16, L2_BF16 -> (q - x) * (q - x);
                case DOT_U1 -> x == 0 ? 0 : q;
                default -> q * x;
            };
            value += term;
            magnitude += Math.abs(term);
        }
        int planes = PlaneRows.holds(kernel)
                ? PlaneRows.planes(PlaneRows.bits(kernel)).size()
                : 1;
        return new Oracle(value, magnitude, planes, kernel.isQdot());
    }

    /** Whether a float32 score is within the tolerance that {@link Kernels} states. */
    boolean allows(float score, int dimension) {
        if (exact) {
            return score == (float) value;
        }
        if (Double.isNaN(value)) {
            return Float.isNaN(score);
        }
        if (Float.isInfinite((float) value)) {
            return score == (float) value || (planes > 1 && Float.isNaN(score));
        }
        // Below the normal range each term rounds to a multiple of the least denormal instead.
        double tolerance = (planes * dimension / 8.0 + 8) * 0x1p-23 * magnitude + dimension * (double) Float.MIN_VALUE;
        return Math.abs(score - value) <= tolerance;
    }

    private static double element(Kernel kernel, MemorySegment row, int dimension, int i) {
        return switch (kernel) {
            case DOT_F32, L2_F32 -> row.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i);
            case DOT_F16, L2_F16 -> Float.float16ToFloat(row.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i));
            case DOT_BF16, L2_BF16 -> Float.intBitsToFloat(row.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i) << 16);
            case DOT_I8 -> row.get(ValueLayout.JAVA_BYTE, i);
            case DOT_E4M3 -> ocp(row.get(ValueLayout.JAVA_BYTE, i), 4, 3, false);
            case DOT_E5M2 -> ocp(row.get(ValueLayout.JAVA_BYTE, i), 5, 2, true);
            default -> PlaneRows.level(PlaneRows.bits(kernel), row, dimension, i);
        };
    }

    /**
     * The value of an OCP OFP8 code, from the table of the specification.
     *
     * @param ieee the largest exponent is kept for infinity and NaN; else only its largest fraction is NaN
     */
    static double ocp(byte code, int exponentBits, int fractionBits, boolean ieee) {
        int largest = (1 << exponentBits) - 1;
        int scale = 1 << fractionBits;
        int exponent = (code >> fractionBits) & largest;
        int fraction = code & (scale - 1);
        int bias = largest >> 1;
        double magnitude;
        if (exponent == largest && ieee) {
            magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        } else if (exponent == largest && fraction == scale - 1) {
            magnitude = Double.NaN;
        } else if (exponent == 0) {
            magnitude = Math.pow(2, 1 - bias) * fraction / scale;
        } else {
            magnitude = Math.pow(2, exponent - bias) * (1 + (double) fraction / scale);
        }
        return code < 0 ? -magnitude : magnitude;
    }
}
