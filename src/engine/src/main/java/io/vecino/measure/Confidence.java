package io.vecino.measure;

import io.vecino.model.Interval;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * 95 % intervals of means over queries: by the bootstrap (percentiles of 2,000 resamplings of the queries), or, where all
 * queries agree and resampling would show certainty, by Wilson's interval of a share.
 */
final class Confidence {
    private static final int RESAMPLES = 2_000;
    private static final double OUTSIDE = 0.025;
    private static final double Z = 1.959964;
    private static final long SEED = 0xC0FFEE;

    private Confidence() {}

    /** Of values between −1 and 1, at least one. */
    static Interval ofMean(double[] values) {
        double first = values[0];
        if (Arrays.stream(values).allMatch(value -> value == first)) {
            double most = wilsonUpper(values.length);
            return new Interval(first - (first > -1 ? most : 0), first + (first < 1 ? most : 0));
        }
        SplittableRandom random = new SplittableRandom(SEED);
        double[] means = new double[RESAMPLES];
        for (int r = 0; r < RESAMPLES; r++) {
            double sum = 0;
            for (int i = 0; i < values.length; i++) {
                sum += values[random.nextInt(values.length)];
            }
            means[r] = sum / values.length;
        }
        Arrays.sort(means);
        return new Interval(means[(int) (OUTSIDE * RESAMPLES)], means[(int) Math.ceil((1 - OUTSIDE) * RESAMPLES) - 1]);
    }

    /** The largest share that is likely to have shown itself in none of so many queries. */
    private static double wilsonUpper(int queries) {
        return Z * Z / (queries + Z * Z);
    }
}
