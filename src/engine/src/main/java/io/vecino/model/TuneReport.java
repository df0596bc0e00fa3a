package io.vecino.model;

import java.util.List;
import java.util.Optional;

/**
 * What pipelines would cost in recall, bytes and time.
 *
 * @param points that the vectors stand for
 * @param rows that were tried on
 * @param now pipeline and index of the collection; absent for files
 * @param measured points, most recall first
 * @param left how many combinations were left out because they cannot matter
 * @param recommended the point to choose, if any keeps the limits
 * @param reason why that one, or what the limits leave
 * @param warnings what of this does not carry over to all vectors or to more of them
 * @param seconds it took
 */
public record TuneReport(
        Metric metric,
        int dimension,
        long points,
        int rows,
        int queries,
        int k,
        TuneRequest.Limits limits,
        Optional<CollectionConfig> now,
        List<TunePoint> measured,
        int left,
        Optional<TunePoint> recommended,
        String reason,
        List<String> warnings,
        double seconds) {
    public TuneReport {
        measured = List.copyOf(measured);
        warnings = List.copyOf(warnings);
    }
}
