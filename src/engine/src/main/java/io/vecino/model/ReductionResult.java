package io.vecino.model;

/**
 * What became of a file of vectors.
 *
 * @param rows vectors read and written
 * @param inputDimension values per vector read
 * @param outputDimension values per vector written
 * @param comparedBy how written vectors are to be compared: {@link Metric#IP} or {@link Metric#L2}
 * @param score the score that was chosen by measurement, in a word
 * @param trained method and outcome of the training in a few words
 * @param trainSeconds training; 0 if a stored model was applied
 */
public record ReductionResult(
        int rows,
        int inputDimension,
        int outputDimension,
        Metric comparedBy,
        String score,
        String trained,
        double trainSeconds) {
    /** The same with a time of training. */
    public ReductionResult trainedIn(double seconds) {
        return new ReductionResult(rows, inputDimension, outputDimension, comparedBy, score, trained, seconds);
    }
}
