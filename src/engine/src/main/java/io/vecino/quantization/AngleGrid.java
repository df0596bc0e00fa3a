package io.vecino.quantization;

import io.vecino.kernels.Kernel;
import io.vecino.kernels.Kernels;
import java.lang.foreign.MemorySegment;

/**
 * Levels symmetric about 0, chosen to point in the vector's direction; the scale makes the estimate of an inner product
 * unbiased: ⟨x, x̂⟩ = |x|² (RaBitQ, arXiv 2405.12497 for one bit, 2409.09913 for more).
 */
record AngleGrid(int bits) implements Grid {
    /** Steps of the uniform quantizer with least squared error on a normal distribution, by bits (Max 1960). */
    private static final float[] NORMAL_STEP = {0, 1.596f, 0.996f, 0.586f, 0.335f, 0.188f, 0.104f, 0.0569f, 0.0308f};

    private static final float[] START = {0.8f, 0.9f, 1, 1.1f, 1.25f};
    private static final int ROUNDS = 3;

    @Override
    public int top() {
        return (1 << bits) - 1;
    }

    @Override
    public float value(int level) {
        return level;
    }

    @Override
    public Kernel kernel() {
        return Kernel.dotLevels(bits);
    }

    @Override
    public float typicalMagnitude() {
        return 1;
    }

    @Override
    public boolean zeroPerVector() {
        return false;
    }

    @Override
    public float zero() {
        return -0.5f * top();
    }

    @Override
    public void fit(float[] vector, HalfUnit scales, Fit fit) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        float step = bits == 1 ? 1 : bestStep(vector, (float) Math.sqrt(squares / vector.length), fit.levels);
        Cosine cosine = assign(vector, step, fit.levels);
        fit.scale = cosine.products > 0 ? scales.round((float) (squares / cosine.products)) : 0;
        fit.zero = zero();
    }

    /** @param products ⟨code, vector⟩ */
    private record Cosine(float products, float squares) {
        double squared() {
            return squares > 0 ? (double) products * products / squares : 0;
        }
    }

    /** Alternates between the nearest levels of a step and the best step of levels, from several starts. */
    private float bestStep(float[] vector, float deviation, byte[] levels) {
        float best = deviation;
        double bestCosine = -1;
        for (float start : START) {
            float step = deviation * NORMAL_STEP[bits] * start;
            for (int round = 0; round < ROUNDS && step > 0; round++) {
                Cosine cosine = assign(vector, step, levels);
                if (cosine.squared() > bestCosine) {
                    bestCosine = cosine.squared();
                    best = step;
                }
                step = cosine.products / cosine.squares;
            }
        }
        return best;
    }

    private Cosine assign(float[] vector, float step, byte[] levels) {
        float inverse = step > 0 ? 1 / step : 0;
        float top = top();
        float middle = 0.5f * (top + 1);
        float zero = zero();
        float products = 0;
        float squares = 0;
        for (int j = 0; j < vector.length; j++) {
            int level = (int) Math.max(0, Math.min(top, vector[j] * inverse + middle));
            levels[j] = (byte) level;
            float value = level + zero;
            products += value * vector[j];
            squares += value * value;
        }
        return new Cosine(products, squares);
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
