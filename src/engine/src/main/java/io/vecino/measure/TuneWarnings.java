package io.vecino.measure;

import io.vecino.model.IndexSpec;
import io.vecino.model.TuneRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What of a dry run does not carry over to the whole collection or to a larger one. */
final class TuneWarnings {
    private static final int FEW_QUERIES = 200;

    private TuneWarnings() {}

    static List<String> of(TuneData data, TuneRequest request, Recommendation recommended) {
        List<String> warnings = new ArrayList<>();
        long rows = data.base().count();
        if (data.points() > rows + data.queries().count()) {
            double times = (double) data.points() / rows;
            warnings.add(String.format(
                    Locale.ROOT,
                    "Measured on %,d of %,d vectors. Bytes per vector carry over. Recall is a little lower among more "
                            + "vectors, because more of them are about as close as the true neighbours. A flat index takes "
                            + "%.1f times as long; a graph hardly longer.",
                    rows,
                    data.points(),
                    times));
        }
        if (data.queries().count() < FEW_QUERIES) {
            warnings.add("With " + data.queries().count()
                    + " queries recall is known to a point or two only: its intervals say how well.");
        }
        if (request.queries().isEmpty() && data.now().isPresent()) {
            warnings.add(
                    "The queries are stored vectors held out of the trial. Queries of another kind, such as questions "
                            + "to passages, may find more or less: give some.");
        }
        recommended
                .point()
                .filter(point -> point.oversample() > 1)
                .ifPresent(point -> warnings.add(
                        data.originalMicros() > 0
                                ? String.format(
                                        Locale.ROOT,
                                        "Times include %.1f µs per rescored original, read from this collection's store just "
                                                + "now; originals that are not in memory take longer.",
                                        data.originalMicros())
                                : "Times are for originals in memory; a collection reads those that it rescores from its "
                                        + "store."));
        recommended
                .point()
                .filter(point -> !(point.index() instanceof IndexSpec.Flat))
                .ifPresent(
                        _ -> warnings.add("Bytes of a graph are those of one segment; a collection may have several."));
        return warnings;
    }
}
