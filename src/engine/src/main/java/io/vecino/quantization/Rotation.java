package io.vecino.quantization;

import java.util.SplittableRandom;

/**
 * A random orthogonal map of any dimension in O(d log d): four rounds of random signs, a Hadamard transform of the first or
 * the last power-of-two window in turn, and one step of Kac's walk across the halves (as in the reference code of
 * arXiv 2409.09913).
 */
final class Rotation {
    private static final int ROUNDS = 4;
    private static final float HALF_ROOT = (float) Math.sqrt(0.5);

    private final long seed;
    private final int dimension;
    private final int window;
    private final float[][] signs = new float[ROUNDS][];

    Rotation(int dimension, long seed) {
        this.seed = seed;
        this.dimension = dimension;
        this.window = Integer.highestOneBit(dimension);
        SplittableRandom random = new SplittableRandom(seed);
        float scale = (float) (1 / Math.sqrt(window));
        for (int round = 0; round < ROUNDS; round++) {
            int start = start(round);
            float[] factors = new float[dimension];
            for (int j = 0; j < dimension; j++) {
                boolean transformed = j >= start && j < start + window;
                factors[j] = (random.nextBoolean() ? 1 : -1) * (transformed ? scale : 1);
            }
            signs[round] = factors;
        }
    }

    long seed() {
        return seed;
    }

    private int start(int round) {
        return round % 2 == 0 ? 0 : dimension - window;
    }

    /** Rotates in place. */
    void apply(float[] vector) {
        for (int round = 0; round < ROUNDS; round++) {
            scale(vector, signs[round]);
            hadamard(vector, start(round));
            kac(vector);
        }
    }

    /** Undoes {@link #apply}: the transposed steps in reverse order, each of them symmetric. */
    void invert(float[] vector) {
        for (int round = ROUNDS - 1; round >= 0; round--) {
            kac(vector);
            hadamard(vector, start(round));
            scale(vector, signs[round]);
        }
    }

    private static void scale(float[] vector, float[] factors) {
        for (int j = 0; j < vector.length; j++) {
            vector[j] *= factors[j];
        }
    }

    /** Unscaled; the signs carry the scale. */
    private void hadamard(float[] vector, int start) {
        for (int half = 1; half < window; half *= 2) {
            for (int block = start; block < start + window; block += 2 * half) {
                for (int j = block; j < block + half; j++) {
                    float a = vector[j];
                    float b = vector[j + half];
                    vector[j] = a + b;
                    vector[j + half] = a - b;
                }
            }
        }
    }

    private void kac(float[] vector) {
        if (window == dimension) {
            return;
        }
        int half = dimension / 2;
        int other = dimension - half;
        for (int j = 0; j < half; j++) {
            float a = vector[j];
            float b = vector[j + other];
            vector[j] = (a + b) * HALF_ROOT;
            vector[j + other] = (a - b) * HALF_ROOT;
        }
    }
}
