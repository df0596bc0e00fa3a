package io.vecino.transform;

import java.util.List;

/** Removes the mean and the strongest principal components (Mu and Viswanath, arXiv 1702.01417); keeps all dimensions. */
final class AllButTheTopTrainer extends FittedTrainer {
    /** @param directions components removed, fewer than dimensions */
    AllButTheTopTrainer(int directions) {
        super("abtt", directions);
    }

    @Override
    LinearTransform fit(Rows rows, Crew crew, Matrices matrices) {
        int d = rows.dimension();
        Covariance covariance = Covariance.of(rows, crew, matrices);
        Spectrum spectrum = Spectrum.of(covariance.matrix(), d);
        float[] top = spectrum.leading(dims());
        float[] matrix = new float[d * d];
        for (int i = 0; i < d; i++) {
            matrix[i * d + i] = 1;
            for (int k = 0; k < dims(); k++) {
                for (int j = 0; j < d; j++) {
                    matrix[i * d + j] -= top[k * d + i] * top[k * d + j];
                }
            }
        }
        return new LinearTransform(ReducedScore.CENTRED_L2, covariance.mean(), matrix, spectrum.values(), "abtt");
    }

    @Override
    List<ReducedScore> scores(Similarity similarity) {
        return ReducedScore.ofCentredMap(similarity);
    }
}
