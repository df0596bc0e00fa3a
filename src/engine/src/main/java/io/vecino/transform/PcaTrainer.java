package io.vecino.transform;

import java.util.List;

/** PCA by eigendecomposition of the covariance (Jolliffe, Principal Component Analysis). */
public final class PcaTrainer extends FittedTrainer {
    /** @param dims components kept */
    public PcaTrainer(int dims) {
        super("pca", dims);
    }

    @Override
    LinearTransform fit(Rows rows, Crew crew, Matrices matrices) {
        Covariance covariance = Covariance.of(rows, crew, matrices);
        Spectrum spectrum = Spectrum.of(covariance.matrix(), rows.dimension());
        return new LinearTransform(
                ReducedScore.CENTRED_L2, covariance.mean(), spectrum.leading(dims()), spectrum.values(), "pca");
    }

    @Override
    List<ReducedScore> scores(Similarity similarity) {
        return ReducedScore.ofProjection(similarity);
    }
}
