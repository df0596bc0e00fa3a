package io.vecino.transform;

import java.util.Arrays;

/**
 * The mean of the smallest share of all pairwise gaps |p_i − p_j| of N projections, and its gradient by p, in O(N log N):
 * after sorting, the selected pairs are those closer than a threshold, which bisection finds.
 */
final class PairwiseGaps {
    private static final int BISECTIONS = 48;

    private final float[] sorted;
    private final long[] keys;
    private final float[] weights;
    private final double share;
    private double mean;

    /** @param share of all pairs, above 0 and at most 1 */
    PairwiseGaps(int count, double share) {
        this.sorted = new float[count];
        this.keys = new long[count];
        this.weights = new float[count];
        this.share = share;
    }

    /** Takes projections; {@link #mean} and {@link #weights} are of these then. */
    void of(float[] projections) {
        int n = projections.length;
        for (int i = 0; i < n; i++) {
            int bits = Float.floatToRawIntBits(projections[i]);
            int sortable = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
            keys[i] = ((long) sortable << 32) | i;
        }
        Arrays.sort(keys);
        for (int i = 0; i < n; i++) {
            sorted[i] = projections[(int) keys[i]];
        }
        float threshold = threshold(Math.max(1, Math.round(share * n * (n - 1.0) / 2)));
        long selected = 0;
        int[] upper = new int[n];
        int first = 0;
        for (int i = 0; i < n; i++) {
            while (sorted[i] - sorted[first] > threshold) {
                first++;
            }
            upper[i] = i - first;
            selected += i - first;
        }
        double sum = 0;
        double divisor = Math.max(1, selected);
        int last = 0;
        for (int i = 0; i < n; i++) {
            last = Math.max(last, i);
            while (last + 1 < n && sorted[last + 1] - sorted[i] <= threshold) {
                last++;
            }
            int balance = upper[i] - (last - i);
            sum += (double) balance * sorted[i];
            weights[(int) keys[i]] = (float) (balance / divisor);
        }
        mean = sum / divisor;
    }

    private float threshold(long wanted) {
        float low = 0;
        float high = sorted[sorted.length - 1] - sorted[0];
        for (int i = 0; i < BISECTIONS && low < high; i++) {
            float middle = low + (high - low) / 2;
            if (middle == low || middle == high) {
                break;
            }
            if (pairsWithin(middle) >= wanted) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    private long pairsWithin(float threshold) {
        long pairs = 0;
        int first = 0;
        for (int i = 0; i < sorted.length; i++) {
            while (sorted[i] - sorted[first] > threshold) {
                first++;
            }
            pairs += i - first;
        }
        return pairs;
    }

    /** Mean of the selected gaps. */
    double mean() {
        return mean;
    }

    /** Derivative of the mean by each projection: selected pairs with it above less those with it below, over their number. */
    float[] weights() {
        return weights;
    }
}
