package io.vecino.transform;

import java.util.SplittableRandom;

/**
 * The largest eigenvalues of a symmetric positive semi-definite matrix and their eigenvectors by subspace iteration from a
 * random start (Halko, Martinsson and Tropp, arXiv 0909.4061, algorithms 4.4 and 5.3): O(d² · k) instead of O(d³).
 */
final class RandomizedSpectrum {
    private static final long SEED = 0x5BEC;
    private static final int OVERSAMPLING = 16;
    private static final int ITERATIONS = 6;

    private RandomizedSpectrum() {}

    /**
     * Decomposes a d × d matrix.
     *
     * @param count eigenpairs wanted, at most d
     */
    static Spectrum of(double[] matrix, int d, int count, Crew crew, Matrices matrices) {
        int k = Math.min(d, count + OVERSAMPLING);
        HeapProducts products = new HeapProducts(crew, matrices);
        float[] c = new float[d * d];
        double largest = 1e-300;
        for (double value : matrix) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < c.length; i++) {
            c[i] = (float) (matrix[i] / largest);
        }
        SplittableRandom random = new SplittableRandom(SEED);
        float[] basis = new float[k * d];
        for (int i = 0; i < basis.length; i++) {
            basis[i] = (float) random.nextGaussian();
        }
        float[] image = new float[k * d];
        orthonormalise(basis, k, d);
        for (int i = 0; i < ITERATIONS; i++) {
            products.timesTransposed(basis, k, c, d, d, image);
            System.arraycopy(image, 0, basis, 0, basis.length);
            orthonormalise(basis, k, d);
        }
        products.timesTransposed(basis, k, c, d, d, image);
        float[] small = new float[k * k];
        products.timesTransposed(image, k, basis, k, d, small);
        double[] symmetric = new double[k * k];
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                symmetric[i * k + j] = 0.5 * largest * ((double) small[i * k + j] + small[j * k + i]);
            }
        }
        Spectrum inner = Spectrum.of(symmetric, k);
        float[] vectors = new float[count * d];
        products.timesTransposed(inner.leading(count), count, HeapProducts.transposed(basis, k, d), d, k, vectors);
        return Spectrum.of(java.util.Arrays.copyOf(inner.values(), count), vectors, d);
    }

    /** Modified Gram–Schmidt, twice, on rows; rows that are linear combinations of others become zero. */
    private static void orthonormalise(float[] rows, int k, int d) {
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < k; i++) {
                for (int j = 0; j < i; j++) {
                    double along = dot(rows, i * d, j * d, d);
                    for (int x = 0; x < d; x++) {
                        rows[i * d + x] -= (float) (along * rows[j * d + x]);
                    }
                }
                double norm = Math.sqrt(dot(rows, i * d, i * d, d));
                float scale = norm > 1e-20 ? (float) (1 / norm) : 0;
                for (int x = 0; x < d; x++) {
                    rows[i * d + x] *= scale;
                }
            }
        }
    }

    private static double dot(float[] rows, int a, int b, int d) {
        double sum = 0;
        for (int x = 0; x < d; x++) {
            sum += (double) rows[a + x] * rows[b + x];
        }
        return sum;
    }
}
