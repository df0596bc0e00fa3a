package io.vecino.collection;

import io.vecino.model.PointId;
import java.util.List;

/** The kinds of {@link Write}. */
final class Writes {
    private Writes() {}

    /** Stores points, replacing those of the same id. */
    static Write upsert(List<NewPoint> points) {
        return (transaction, _) -> {
            transaction.reserve(points.size());
            points.forEach(transaction::put);
            return points.size();
        };
    }

    /** Removes points; ids that are not there are ignored. */
    static Write delete(List<PointId> ids) {
        return (transaction, _) ->
                (int) ids.stream().filter(transaction::remove).count();
    }
}
