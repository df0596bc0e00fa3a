package io.vecino.transform;

import io.vecino.model.Pipeline;
import io.vecino.model.TransformSpec;
import java.util.ArrayList;
import java.util.List;

/** Trained transforms from a pipeline's words, and to bytes and back. */
public final class Transforms {
    private Transforms() {}

    /**
     * Trains a pipeline's reduction; {@link Identity} if it has none.
     *
     * @param sample rows as they are compared under {@code similarity}
     */
    public static Transform train(Pipeline pipeline, Rows sample, Similarity similarity) {
        return train(pipeline, sample, similarity, TransformTraining.PLAIN);
    }

    /** The same with what the training is given besides the points. */
    public static Transform train(Pipeline pipeline, Rows sample, Similarity similarity, TransformTraining training) {
        List<TransformSpec> specs = pipeline.transforms();
        return specs.isEmpty()
                ? new Identity(sample.dimension(), similarity)
                : training.train(specs, sample, similarity);
    }

    /** Variances along principal components that a training found, descending; of a chain the first; may be empty. */
    public static List<Float> spectrum(Transform transform) {
        return switch (transform) {
            case LinearTransform map -> floats(map.spectrum());
            case PairedTransform pair -> floats(pair.ofPoints().spectrum());
            case Chain chain ->
                chain.links().stream()
                        .map(Transforms::spectrum)
                        .filter(values -> !values.isEmpty())
                        .findFirst()
                        .orElse(List.of());
            default -> List.of();
        };
    }

    private static List<Float> floats(float[] values) {
        List<Float> list = new ArrayList<>();
        for (float value : values) {
            list.add(value);
        }
        return list;
    }

    /**
     * Reads what {@link Transform#toBytes} wrote for the same pipeline.
     *
     * @throws IllegalArgumentException if the bytes are damaged
     */
    public static Transform fromBytes(Pipeline pipeline, int dimension, Similarity similarity, byte[] bytes) {
        return pipeline.transforms().isEmpty() ? new Identity(dimension, similarity) : fromBytes(bytes);
    }

    /**
     * Reads what {@link Transform#toBytes} wrote for a transform other than {@link Identity}.
     *
     * @throws IllegalArgumentException if the bytes are of no known kind or damaged
     */
    public static Transform fromBytes(byte[] bytes) {
        if (Chain.recognises(bytes)) {
            return Chain.fromBytes(bytes);
        }
        if (PairedTransform.recognises(bytes)) {
            return PairedTransform.fromBytes(bytes);
        }
        if (FeatureMap.recognises(bytes)) {
            return FeatureMap.fromBytes(bytes);
        }
        return RandomRotation.recognises(bytes) ? RandomRotation.fromBytes(bytes) : LinearTransform.fromBytes(bytes);
    }
}
