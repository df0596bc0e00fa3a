package io.vecino.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A collection's state at one moment.
 *
 * @param points live points
 * @param unsealedPoints of these, those not yet compressed: searched exactly
 * @param segments sealed segments
 * @param bytesPerVector of a sealed point's code, per-vector constants included
 * @param bytes memory by component: {@code codes}, {@code ids} and {@code fields} of sealed segments, mapped from files where the index
 *     can be, and {@code unsealed}
 * @param reducedScore the score chosen for the reduced space by measurement; null while untrained or without transform
 * @param reduction method and outcome of the reduction's training in a few words; null while untrained or without transform
 * @param spectrum variances along the principal components of the training sample, descending; empty if none were computed
 * @param recall the last measurement of the watched probes; empty before the first
 * @param jobs what is being done in the background
 */
public record CollectionInfo(
        String name,
        CollectionConfig config,
        long points,
        long unsealedPoints,
        int segments,
        double bytesPerVector,
        Map<String, Long> bytes,
        @Nullable String reducedScore,
        @Nullable String reduction,
        List<Float> spectrum,
        Optional<RecallSample> recall,
        List<BackgroundJob> jobs) {
    public CollectionInfo {
        spectrum = List.copyOf(spectrum);
        jobs = List.copyOf(jobs);
        bytes = Map.copyOf(bytes);
    }
}
