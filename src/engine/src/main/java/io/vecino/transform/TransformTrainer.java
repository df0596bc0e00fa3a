package io.vecino.transform;

/** Fits a transform to a sample of the points it will map; never shown queries. */
@FunctionalInterface
public interface TransformTrainer {
    /**
     * Trains.
     *
     * @param sample rows as they are compared under {@code similarity}
     * @throws io.vecino.model.EngineException.InvalidArgument if the sample cannot train it
     */
    Transform train(Rows sample, Similarity similarity);
}
