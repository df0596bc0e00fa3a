package io.vecino.transform;

import io.vecino.model.Pipeline;
import io.vecino.model.TransformSpec;

/** From a pipeline's words to trained transforms, and to bytes and back. */
public final class Transforms {
    private Transforms() {}

    /**
     * Trains a pipeline's reduction; {@link Identity} if it has none.
     *
     * @param sample rows as they are compared under {@code similarity}
     */
    public static Transform train(Pipeline pipeline, Rows sample, Similarity similarity) {
        if (pipeline.transforms().isEmpty()) {
            return new Identity(sample.dimension(), similarity);
        }
        TransformSpec spec = pipeline.transforms().getFirst();
        return switch (spec.method()) {
            case PCA -> new PcaTrainer(spec.dims()).train(sample, similarity);
        };
    }

    /** The trained state; empty for {@link Identity}. */
    public static byte[] toBytes(Transform transform) {
        return transform instanceof Pca pca ? pca.toBytes() : new byte[0];
    }

    /**
     * Reads what {@link #toBytes} wrote for the same pipeline.
     *
     * @throws IllegalArgumentException if the bytes are damaged
     */
    public static Transform fromBytes(Pipeline pipeline, int dimension, Similarity similarity, byte[] bytes) {
        return pipeline.transforms().isEmpty() ? new Identity(dimension, similarity) : Pca.fromBytes(bytes);
    }
}
