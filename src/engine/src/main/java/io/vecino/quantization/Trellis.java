package io.vecino.quantization;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A shift register of 8 bits into which each dimension shifts its own; its state is the number of a reproduction value, of
 * which there are 256 for each count of bits. Neighbouring dimensions share bits, so that few bits choose among many values
 * (trellis coded quantization, Marcellin and Fischer 1990, with the bitshift trellis of QTIP, arXiv 2406.11235).
 */
final class Trellis {
    static final int STATES = 256;
    static final int STATE_BITS = 8;
    static final int MOST_BITS = 6;

    /** Mean squared error on a normal distribution of variance 1 by bits, measured. */
    private static final double[] ERROR = {1, 0.292, 0.0826, 0.0231, 0.0069, 0.0022, 0.0009};

    private static final long SEED = 0x7E11;
    private static final double LIMIT = 6;

    private final float[][] values;

    /** @param values of unit variance: for 1 to {@value #MOST_BITS} bits, 256 each */
    Trellis(float[][] values) {
        this.values = values;
    }

    /** For 1 to {@value #MOST_BITS} bits, 256 each; not to be changed. */
    float[][] values() {
        return values;
    }

    /** Quantiles of the normal distribution in random order, shrunk by what will be lost. */
    static Trellis initial() {
        SplittableRandom random = new SplittableRandom(SEED);
        float[][] values = new float[MOST_BITS][STATES];
        for (int bits = 1; bits <= MOST_BITS; bits++) {
            float[] own = values[bits - 1];
            double shrink = Math.sqrt(1 - ERROR[bits]);
            for (int s = 0; s < STATES; s++) {
                int other = random.nextInt(s + 1);
                own[s] = own[other];
                own[other] = (float) (shrink * normalQuantile((s + 0.5) / STATES));
            }
        }
        return new Trellis(values);
    }

    /** By bisection of the distribution function, in Zelen and Severo's approximation (Abramowitz and Stegun 26.2.17). */
    private static double normalQuantile(double share) {
        double low = -LIMIT;
        double high = LIMIT;
        for (int i = 0; i < 50; i++) {
            double middle = (low + high) / 2;
            if (normalShare(middle) < share) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static double normalShare(double x) {
        double t = 1 / (1 + 0.2316419 * Math.abs(x));
        double series =
                t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        double tail = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) * series;
        return x > 0 ? 1 - tail : tail;
    }

    /**
     * Shares bits among dimensions, each to where it lowers the sum of weight × variance × error most.
     *
     * @param variances descending
     * @return bits of each dimension, not ascending; some may be left over if every dimension has its most
     */
    static byte[] share(int bits, float[] variances, float[] weights) {
        byte[] shares = new byte[variances.length];
        for (int left = bits; left > 0; left--) {
            int best = -1;
            double most = 0;
            for (int j = 0; j < shares.length; j++) {
                int now = shares[j];
                if (now < MOST_BITS) {
                    double gain = (double) weights[j] * variances[j] * (ERROR[now] - ERROR[now + 1]);
                    if (gain > most) {
                        most = gain;
                        best = j;
                    }
                }
            }
            if (best < 0) {
                break;
            }
            shares[best]++;
        }
        return shares;
    }

    /** Finds the best path for one vector after the other (Viterbi 1967); a workspace of one thread. */
    static final class Search {
        private final byte[] bits;
        private final float[] weights;
        private final byte[] back;
        private final int[] states;
        private float[] costs = new float[STATES];
        private float[] next = new float[STATES];
        private final float[] least = new float[STATES];
        private final byte[] from = new byte[STATES];

        /**
         * Plans searches.
         *
         * @param bits of each dimension, 1 to {@link #MOST_BITS}
         * @param weights of the dimensions' squared errors
         */
        Search(byte[] bits, float[] weights) {
            this.bits = bits;
            this.weights = weights;
            this.back = new byte[bits.length * STATES];
            this.states = new int[bits.length];
        }

        /**
         * The states in which the values come closest to a vector.
         *
         * @param start state before the first dimension
         * @return the state at each dimension; overwritten by the next call
         */
        int[] find(Trellis trellis, float[] vector, int start) {
            Arrays.fill(costs, Float.MAX_VALUE);
            costs[start] = 0;
            for (int j = 0; j < bits.length; j++) {
                advance(trellis.values[bits[j] - 1], vector[j], j);
            }
            int state = 0;
            for (int s = 1; s < STATES; s++) {
                if (costs[s] < costs[state]) {
                    state = s;
                }
            }
            for (int j = bits.length - 1; j >= 0; j--) {
                states[j] = state;
                state = (state >> bits[j]) | (back[j * STATES + state] << (STATE_BITS - bits[j]));
            }
            return states;
        }

        private void advance(float[] values, float target, int j) {
            int own = bits[j];
            int groups = STATES >> own;
            System.arraycopy(costs, 0, least, 0, groups);
            Arrays.fill(from, 0, groups, (byte) 0);
            for (int t = 1; t < 1 << own; t++) {
                int first = t << (STATE_BITS - own);
                for (int g = 0; g < groups; g++) {
                    if (costs[first + g] < least[g]) {
                        least[g] = costs[first + g];
                        from[g] = (byte) t;
                    }
                }
            }
            float weight = weights[j];
            for (int s = 0; s < STATES; s++) {
                float error = target - values[s];
                next[s] = least[s >> own] + weight * error * error;
                back[j * STATES + s] = from[s >> own];
            }
            float[] swapped = costs;
            costs = next;
            next = swapped;
        }
    }
}
