package io.vecino.transform;

import java.util.List;

/**
 * Trains a linear map that is fitted in one go. A few rows of the sample are held out of the fit to choose the
 * {@link ReducedScore} that keeps most of their exact neighbours.
 */
abstract class FittedTrainer implements TransformTrainer {
    private final String method;
    private final int dims;

    FittedTrainer(String method, int dims) {
        this.method = method;
        this.dims = dims;
    }

    final int dims() {
        return dims;
    }

    /** The map, with any score. */
    abstract LinearTransform fit(Rows rows, Crew crew, Matrices matrices);

    /** The scores to choose from. */
    abstract List<ReducedScore> scores(Similarity similarity);

    @Override
    public final LinearTransform train(Rows sample, Similarity similarity) {
        try (Crew crew = new Crew();
                Matrices matrices = new Matrices()) {
            TrainingRows rows = TrainingRows.of(sample, method, dims, matrices);
            HeldOut heldOut = new HeldOut(rows.heldOut(), rows.fitted(), similarity);
            LinearTransform map = fit(rows.fitted(), crew, matrices);
            return heldOut.best(map, scores(similarity))
                    .with(method + " of " + rows.fitted().count() + " rows");
        }
    }
}
