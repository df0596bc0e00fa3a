package io.vecino.model;

import java.util.List;

/**
 * What a stored reduction is.
 *
 * @param metric of the vectors it was trained on
 * @param inputDimension values per vector before
 * @param outputDimension values per vector after
 * @param comparedBy how images are to be compared: {@link Metric#IP} or {@link Metric#L2}
 * @param score the score that was chosen by measurement, in a word
 * @param trained method and outcome of the training in a few words
 * @param spectrum variances along the principal components of the training sample, descending; empty if none were computed
 */
public record ReductionInfo(
        Metric metric,
        int inputDimension,
        int outputDimension,
        Metric comparedBy,
        String score,
        String trained,
        List<Float> spectrum) {
    public ReductionInfo {
        spectrum = List.copyOf(spectrum);
    }
}
