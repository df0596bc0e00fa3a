package io.vecino.model;

/**
 * What became of a file of vectors or of codes.
 *
 * @param rows vectors read and written
 * @param dimension values per vector before the pipeline
 * @param pipeline that the model was trained for
 * @param bytesPerVector of a code, with the bias that some reductions add
 * @param trained method and outcome of the reduction's training in a few words
 * @param trainSeconds training; 0 if a stored model was applied
 * @param seconds encoding or decoding
 */
public record QuantizationResult(
        int rows,
        int dimension,
        Pipeline pipeline,
        int bytesPerVector,
        String trained,
        double trainSeconds,
        double seconds) {}
