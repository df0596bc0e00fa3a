package io.vecino.transform;

/** Eigenvalues of the second moments of rows. */
public final class Spectra {
    private Spectra() {}

    /**
     * Of rows.
     *
     * @param covariance variances along the principal components, descending
     * @param moments the same without subtracting the mean: squared singular values of the rows, divided by their number
     * @param meanSquare squared length of the mean
     */
    @SuppressWarnings("ArrayRecordComponent") // freshly computed for each caller
    public record Of(float[] covariance, float[] moments, double meanSquare) {}

    /** Of at least two rows. */
    public static Of of(Rows rows) {
        int d = rows.dimension();
        try (Crew crew = new Crew();
                Matrices matrices = new Matrices()) {
            Covariance covariance = Covariance.of(rows, crew, matrices);
            double[] centred = covariance.matrix();
            float[] mean = covariance.mean();
            double[] raw = new double[d * d];
            double square = 0;
            double biased = (rows.count() - 1.0) / rows.count();
            for (int i = 0; i < d; i++) {
                square += (double) mean[i] * mean[i];
                for (int j = 0; j < d; j++) {
                    raw[i * d + j] = centred[i * d + j] * biased + (double) mean[i] * mean[j];
                }
            }
            return new Of(Spectrum.of(centred, d).values(), Spectrum.of(raw, d).values(), square);
        }
    }
}
