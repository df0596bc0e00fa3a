package io.vecino.transform;

import io.vecino.model.EngineException;
import io.vecino.storage.NativeMemory;
import java.util.List;

/**
 * PCA by eigendecomposition of the covariance (Jolliffe, Principal Component Analysis), of rows in memory or of a stream of
 * blocks that are not kept. Beyond {@value #DENSE} dimensions only the components wanted are computed, by a randomised
 * method.
 */
public final class PcaTrainer extends FittedTrainer {
    private static final int DENSE = 1024;

    /** @param dims components kept */
    public PcaTrainer(int dims) {
        super("pca", dims);
    }

    @Override
    LinearTransform fit(Rows rows, Crew crew, Matrices matrices) {
        return fit(Covariance.of(rows, crew, matrices), rows.dimension(), crew, matrices);
    }

    private LinearTransform fit(Covariance covariance, int d, Crew crew, Matrices matrices) {
        Spectrum spectrum = d > DENSE
                ? RandomizedSpectrum.of(covariance.matrix(), d, dims(), crew, matrices)
                : Spectrum.of(covariance.matrix(), d);
        return new LinearTransform(
                ReducedScore.CENTRED_L2, covariance.mean(), spectrum.leading(dims()), spectrum.values(), "pca");
    }

    @Override
    List<ReducedScore> scores(Similarity similarity) {
        return ReducedScore.ofProjection(similarity);
    }

    /**
     * Trains on all rows of a stream, of which one block at a time is in memory.
     *
     * @param sample a few of the rows, of which some are taken as queries to choose the score by
     * @throws EngineException.InvalidArgument if the rows cannot train it
     */
    public LinearTransform train(RowStream stream, Rows sample, Similarity similarity) {
        return train(stream, sample, similarity, new NativeMemory(Long.MAX_VALUE));
    }

    /** @param memory charged with what the training needs besides the block */
    LinearTransform train(RowStream stream, Rows sample, Similarity similarity, NativeMemory memory) {
        try (Crew crew = new Crew();
                Matrices matrices = new Matrices(memory)) {
            TrainingRows rows = TrainingRows.of(sample, "pca", dims(), matrices);
            Covariance covariance = new Covariance(sample.dimension(), crew, matrices);
            stream.forEachBlock(block -> {
                block.requireFinite("stream");
                covariance.add(block);
            });
            LinearTransform map = fit(covariance, sample.dimension(), crew, matrices);
            return new HeldOut(rows.heldOut(), rows.fitted(), similarity)
                    .best(map, scores(similarity))
                    .with("pca of " + covariance.count() + " rows");
        }
    }
}
