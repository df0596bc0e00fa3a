package io.vecino;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Seeded test vectors. */
public final class Vectors {
    private Vectors() {}

    /** A generator whose seed is printed, so that a failure can be repeated with {@code -Dvecino.test.seed}. */
    public static Random random(String test) {
        long seed = Long.getLong("vecino.test.seed", System.nanoTime());
        System.out.println(test + ": seed " + seed);
        return new Random(seed);
    }

    /** Gaussian vectors around a few centres with variances that fall with the dimension, like embeddings have. */
    public static List<float[]> clustered(Random random, int count, int dimension) {
        float[][] centres = new float[12][];
        for (int c = 0; c < centres.length; c++) {
            centres[c] = gaussian(random, dimension, 2);
        }
        List<float[]> vectors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] vector = gaussian(random, dimension, 1);
            float[] centre = centres[random.nextInt(centres.length)];
            for (int j = 0; j < dimension; j++) {
                vector[j] = (float) ((vector[j] + centre[j]) / Math.sqrt(1 + j)) + 0.05f;
            }
            vectors.add(vector);
        }
        return vectors;
    }

    /** Independent normal values. */
    public static float[] gaussian(Random random, int dimension, double deviation) {
        float[] vector = new float[dimension];
        for (int j = 0; j < dimension; j++) {
            vector[j] = (float) (deviation * random.nextGaussian());
        }
        return vector;
    }
}
