package io.vecino.quantization;

import io.vecino.kernels.Kernel;
import io.vecino.kernels.Kernels;
import java.lang.foreign.MemorySegment;

/**
 * Equidistant levels over the range of each vector (LVQ, arXiv 2304.04759); the range is shrunk as far as that lowers the
 * squared error, which it does the more the fewer bits there are.
 */
record RangeGrid(int bits) implements Grid {
    private static final float[] FEW_BITS = {1, 0.9f, 0.8f, 0.7f};
    private static final float[] MANY_BITS = {1};
    private static final int ROUNDS = 2;
    private static final float LARGEST_ZERO = 1024;

    @Override
    public Kernel kernel() {
        return Kernel.dotLevels(bits);
    }

    @Override
    public int top() {
        return (1 << bits) - 1;
    }

    @Override
    public float value(int level) {
        return level;
    }

    @Override
    public float typicalMagnitude() {
        return 1;
    }

    @Override
    public boolean zeroPerVector() {
        return true;
    }

    @Override
    public float zero() {
        return 0;
    }

    @Override
    public void fit(float[] vector, HalfUnit scales, Fit fit) {
        double sum = 0;
        float low = vector[0];
        float high = vector[0];
        for (float value : vector) {
            low = Math.min(low, value);
            high = Math.max(high, value);
            sum += value;
        }
        float mean = (float) (sum / vector.length);
        if ((high - low) * LARGEST_ZERO <= top() * Math.max(Math.abs(low), Math.abs(high))) {
            // Nearly constant: binary16 could not hold the zero point, so the range starts or ends at 0.
            store(scales, Math.max(Math.abs(low), Math.abs(high)) / top(), high > 0 ? 0 : -top(), vector, fit);
            return;
        }
        Line best = null;
        for (float shrink : bits <= 5 ? FEW_BITS : MANY_BITS) {
            float step = (high - low) * shrink / top();
            Line line = new Line(step, (mean + (low - mean) * shrink) / step, Double.POSITIVE_INFINITY);
            for (int round = 0; round < ROUNDS; round++) {
                assign(vector, line.scale, line.zero, fit.levels);
                line = regress(vector, fit.levels, mean, line);
            }
            if (best == null || line.error < best.error) {
                best = line;
            }
        }
        if (best != null) {
            store(scales, best.scale, best.zero, vector, fit);
        }
    }

    /** @param error what the regression left, up to a constant of the vector */
    private record Line(float scale, float zero, double error) {}

    private void store(HalfUnit scales, float scale, float zero, float[] vector, Fit fit) {
        fit.scale = scales.round(scale);
        fit.zero = Float.float16ToFloat(Float.floatToFloat16(zero));
        assign(vector, fit.scale, fit.zero, fit.levels);
    }

    private void assign(float[] vector, float scale, float zero, byte[] levels) {
        float inverse = scale > 0 ? 1 / scale : 0;
        float top = top();
        float shift = 0.5f - zero;
        for (int j = 0; j < vector.length; j++) {
            // Clamped before the cast, whose rounding towards zero is then rounding to nearest.
            levels[j] = (byte) (int) Math.max(0, Math.min(top + 0.5f, vector[j] * inverse + shift));
        }
    }

    /** Least squares of the coordinates on their levels. */
    private static Line regress(float[] vector, byte[] levels, float mean, Line line) {
        int n = vector.length;
        long sum = 0;
        long squares = 0;
        float products = 0;
        for (int j = 0; j < n; j++) {
            int level = levels[j] & 0xFF;
            sum += level;
            squares += (long) level * level;
            products += (vector[j] - mean) * level;
        }
        double variance = squares - (double) sum * sum / n;
        if (!(variance > 0) || !(products > 0)) {
            return line;
        }
        float scale = (float) (products / variance);
        return new Line(scale, mean / scale - (float) sum / n, -products * (double) products / variance);
    }

    @Override
    public void pack(MemorySegment levels, int count, int dimension, MemorySegment codes, long stride, long offset) {
        Kernels.best().packLevels(bits, levels, count, dimension, codes, stride, offset);
    }

    @Override
    public void unpack(MemorySegment codes, long stride, long offset, int count, int dimension, MemorySegment levels) {
        Kernels.best().unpackLevels(bits, codes, stride, offset, count, dimension, levels);
    }
}
