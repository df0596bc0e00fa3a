package io.vecino.measure;

import io.vecino.model.TunePoint;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Points that no other beats in both recall and bytes. */
final class Pareto {
    private Pareto() {}

    /** Whether another point has as much recall in fewer bytes, or more recall in as many. */
    static boolean dominated(TunePoint point, Collection<TunePoint> others, double margin) {
        return others.stream()
                .anyMatch(other -> other.bytesPerVector() <= point.bytesPerVector()
                        && other.recall() >= point.recall() + margin
                        && (other.bytesPerVector() < point.bytesPerVector() || other.recall() > point.recall()));
    }

    /** The same points, most recall first and then fewest bytes, each with whether it is on the front. */
    static List<TunePoint> marked(Collection<TunePoint> points) {
        return points.stream()
                .map(point -> new TunePoint(
                        point.pipeline(),
                        point.index(),
                        point.oversample(),
                        point.bytesPerVector(),
                        point.recall(),
                        point.recallInterval(),
                        point.speed(),
                        !dominated(point, points, 0)))
                .sorted(Comparator.comparingDouble((TunePoint point) -> -point.recall())
                        .thenComparingDouble(TunePoint::bytesPerVector))
                .toList();
    }
}
