package io.vecino.bench;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Points around centres of unequal weight, each cluster longer in some directions than in others, all of them mostly in few
 * of the dimensions: what embeddings look like, unlike uniform or normally distributed points.
 */
final class ClusteredPoints {
    private static final int DIMENSIONS_PER_FACTOR = 3;
    private static final double DECAY = 0.5;
    private static final double CENTRES = 1.2;
    private static final double STRETCH = 0.5;
    private static final double NOISE = 0.05;
    private static final int HEAD = 10;

    private final RandomGenerator random;
    private final int dimension;
    private final float[][] directions;
    private final double[] cumulative;
    private final double[][] centres;
    private final double[][] scales;

    ClusteredPoints(int dimension, int clusters, long seed) {
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        this.dimension = dimension;
        int factors = Math.max(2, dimension / DIMENSIONS_PER_FACTOR);
        this.directions = new float[factors][dimension];
        for (float[] direction : directions) {
            for (int i = 0; i < dimension; i++) {
                direction[i] = (float) (random.nextGaussian() / Math.sqrt(dimension));
            }
        }
        this.cumulative = new double[clusters];
        this.centres = new double[clusters][factors];
        this.scales = new double[clusters][factors];
        double total = 0;
        for (int c = 0; c < clusters; c++) {
            total += 1.0 / (c + HEAD);
            cumulative[c] = total;
            for (int j = 0; j < factors; j++) {
                double usual = Math.pow(j + 1.0, -DECAY);
                centres[c][j] = CENTRES * usual * random.nextGaussian();
                scales[c][j] = usual * Math.exp(STRETCH * random.nextGaussian());
            }
        }
    }

    /** Writes the next point. */
    void next(float[] out) {
        double at = random.nextDouble() * cumulative[cumulative.length - 1];
        int found = Arrays.binarySearch(cumulative, at);
        int cluster = Math.min(cumulative.length - 1, found < 0 ? -found - 1 : found);
        for (int i = 0; i < dimension; i++) {
            out[i] = (float) (NOISE * random.nextGaussian());
        }
        for (int j = 0; j < directions.length; j++) {
            float factor = (float) (centres[cluster][j] + scales[cluster][j] * random.nextGaussian());
            float[] direction = directions[j];
            for (int i = 0; i < dimension; i++) {
                out[i] += factor * direction[i];
            }
        }
    }
}
