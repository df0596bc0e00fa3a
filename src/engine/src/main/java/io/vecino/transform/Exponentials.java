package io.vecino.transform;

/** Pieces of a softmax over the rows of a matrix, in loops over one array that the JIT turns into SIMD code. */
final class Exponentials {
    private static final float LOWEST = -80;
    private static final int SQUARINGS = 8;
    private static final float PART = 1f / (1 << SQUARINGS);

    private Exponentials() {}

    /**
     * Multiplies by {@code scale}, subtracts each row's maximum and exponentiates, in place.
     *
     * @param columns a multiple of 4
     * @param maxima of each row after scaling, written
     * @param sums of each row's exponentials, written
     */
    static void ofRows(float[] matrix, int rows, int columns, float scale, float[] maxima, float[] sums) {
        int size = rows * columns;
        for (int j = 0; j < size; j++) {
            matrix[j] *= scale;
        }
        for (int i = 0; i < rows; i++) {
            maxima[i] = centre(matrix, i * columns, (i + 1) * columns);
        }
        for (int j = 0; j < size; j++) {
            matrix[j] = exp(matrix[j]);
        }
        for (int i = 0; i < rows; i++) {
            sums[i] = sum(matrix, i * columns, (i + 1) * columns);
        }
    }

    private static float centre(float[] values, int from, int to) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int j = from; j < to; j++) {
            largest = Math.max(largest, values[j]);
        }
        for (int j = from; j < to; j++) {
            values[j] -= largest;
        }
        return largest;
    }

    private static float sum(float[] values, int from, int to) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        for (int j = from; j < to; j += 4) {
            a += values[j];
            b += values[j + 1];
            c += values[j + 2];
            d += values[j + 3];
        }
        return a + b + c + d;
    }

    /** e^x for x ≤ 0, to a relative 1e-4 above −20; e^−80 below −80: (e^(x/256))^256 by a cubic and eight squarings. */
    static float exp(float x) {
        float y = Math.max(x, LOWEST) * PART;
        float e = 1 + y * (1 + y * (0.5f + y * (1f / 6)));
        e *= e;
        e *= e;
        e *= e;
        e *= e;
        e *= e;
        e *= e;
        e *= e;
        return e * e;
    }
}
