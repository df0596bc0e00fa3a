package io.vecino.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One score in float64, element by element.
 *
 * @param value the exact score up to float64 rounding
 * @param magnitude sum of the terms' magnitudes, which the tolerance is relative to
 */
record Oracle(double value, double magnitude) {

    static Oracle score(Kernel kernel, MemorySegment query, MemorySegment row, int dimension) {
        double value = 0;
        double magnitude = 0;
        for (int i = 0; i < dimension; i++) {
            double q = query.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i);
            double x = element(kernel, row, i);
            double term = switch (kernel) {
                case DOT_F32, DOT_F16, DOT_I8 -> q * x;
                case L2_F32, L2_F16 -> (q - x) * (q - x);
            };
            value += term;
            magnitude += Math.abs(term);
        }
        return new Oracle(value, magnitude);
    }

    /** Whether a float32 score is within the tolerance that {@link Kernels} states. */
    boolean allows(float score, int dimension) {
        if (Double.isNaN(value)) {
            return Float.isNaN(score);
        }
        if (Float.isInfinite((float) value)) {
            return score == (float) value;
        }
        // Below the normal range each term rounds to a multiple of the least denormal instead.
        double tolerance = (dimension / 8.0 + 8) * 0x1p-23 * magnitude + dimension * (double) Float.MIN_VALUE;
        return Math.abs(score - value) <= tolerance;
    }

    private static double element(Kernel kernel, MemorySegment row, int i) {
        return switch (kernel) {
            case DOT_F32, L2_F32 -> row.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i);
            case DOT_F16, L2_F16 -> Float.float16ToFloat(row.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i));
            case DOT_I8 -> row.get(ValueLayout.JAVA_BYTE, i);
        };
    }
}
