package io.vecino.transform;

/** Pieces of a softmax over the rows of a matrix, in loops over one array that the JIT turns into SIMD code. */
final class Exponentials {
    private static final float LOWEST = -80;
    private static final int SQUARINGS = 8;
    private static final float PART = 1f / (1 << SQUARINGS);

    private Exponentials() {}

    /**
     * Multiplies each row by its scale and by {@code factor}, subtracts each row's maximum and exponentiates, in place.
     *
     * @param columns a multiple of 4
     * @param maxima of each row after scaling, written
     * @param sums of each row's exponentials, written
     */
    static void ofRows(
            float[] matrix, int rows, int columns, float[] scales, float factor, float[] maxima, float[] sums) {
        int size = rows * columns;
        for (int i = 0; i < rows; i++) {
            multiply(matrix, i * columns, (i + 1) * columns, scales[i] * factor);
            maxima[i] = centre(matrix, i * columns, (i + 1) * columns);
        }
        for (int j = 0; j < size; j++) {
            matrix[j] = exp(matrix[j]);
        }
        for (int i = 0; i < rows; i++) {
            sums[i] = sum(matrix, i * columns, (i + 1) * columns);
        }
    }

    private static void multiply(float[] values, int from, int to, float by) {
        for (int j = from; j < to; j++) {
            values[j] *= by;
        }
    }

    private static float centre(float[] values, int from, int to) {
        // Comparisons instead of Math.max, and four of them at a time: NaN does not occur, and the JIT makes little of
        // max.
        float a = values[from];
        float b = values[from + 1];
        float c = values[from + 2];
        float d = values[from + 3];
        for (int j = from + 4; j < to; j += 4) {
            a = values[j] > a ? values[j] : a;
            b = values[j + 1] > b ? values[j + 1] : b;
            c = values[j + 2] > c ? values[j + 2] : c;
            d = values[j + 3] > d ? values[j + 3] : d;
        }
        float largest = Math.max(Math.max(a, b), Math.max(c, d));
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
