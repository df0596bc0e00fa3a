package io.vecino.transform;

import java.util.List;

/**
 * Principal components of the centred rows, scaled to equal variance (WhiteningBERT, arXiv 2104.01767). Variances are
 * shrunk by a tenth towards their mean, so that directions of almost none are not blown up.
 */
final class WhiteningTrainer extends FittedTrainer {
    private static final double SHRINKAGE = 0.1;
    private static final double LOWEST = 1e-12;

    WhiteningTrainer(int dims) {
        super("whiten", dims);
    }

    @Override
    LinearTransform fit(Rows rows, Crew crew, Matrices matrices) {
        int d = rows.dimension();
        Covariance covariance = Covariance.of(rows, crew, matrices);
        Spectrum spectrum = Spectrum.of(covariance.matrix(), d);
        double mean = 0;
        for (float value : spectrum.values()) {
            mean += value / (double) d;
        }
        float[] matrix = spectrum.leading(dims());
        for (int k = 0; k < dims(); k++) {
            double variance = (1 - SHRINKAGE) * spectrum.values()[k] + SHRINKAGE * mean;
            float scale = (float) (1 / Math.sqrt(Math.max(LOWEST, variance)));
            for (int j = k * d; j < (k + 1) * d; j++) {
                matrix[j] *= scale;
            }
        }
        return new LinearTransform(ReducedScore.CENTRED_L2, covariance.mean(), matrix, spectrum.values(), "whiten");
    }

    @Override
    List<ReducedScore> scores(Similarity similarity) {
        return ReducedScore.ofCentredMap(similarity);
    }
}
