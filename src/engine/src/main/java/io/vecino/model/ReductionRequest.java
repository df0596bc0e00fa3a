package io.vecino.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A reduction to be trained on a file of vectors and applied to it.
 *
 * @param in vectors: .npy of float16 or float32, or .fvecs
 * @param metric how they are compared
 * @param transforms in order, at least one
 * @param sampleQueries queries like those that will be asked, for methods that learn from some; never of those that measure
 * @param through the quantizer that images are meant for, so that {@code distill} of one size compares rows through it
 *     while it trains
 * @param out reduced vectors, .npy of float32
 * @param model the trained transforms
 */
public record ReductionRequest(
        Path in,
        Metric metric,
        List<TransformSpec> transforms,
        Optional<Path> sampleQueries,
        Optional<QuantizerSpec> through,
        Path out,
        Path model) {
    public ReductionRequest {
        transforms = List.copyOf(transforms);
        if (transforms.isEmpty()) {
            throw new EngineException.InvalidArgument("transforms", "at least one", "none");
        }
    }
}
