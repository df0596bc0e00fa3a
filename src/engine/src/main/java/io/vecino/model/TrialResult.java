package io.vecino.model;

/**
 * What a pipeline costs.
 *
 * @param bytesPerVector of a code, per-vector constants included
 * @param recall share of the exact k nearest in the original space that a scan of the codes alone returns
 * @param rescoredRecall the same after the best {@code k · oversample} were rescored with the originals
 * @param qps queries per second of the scan of codes, one thread, best of three repeats
 * @param reducedScore the score used in the reduced space
 * @param trainSeconds training of transform and quantizer
 */
public record TrialResult(
        Pipeline pipeline,
        double bytesPerVector,
        double recall,
        double rescoredRecall,
        double qps,
        String reducedScore,
        double trainSeconds) {}
