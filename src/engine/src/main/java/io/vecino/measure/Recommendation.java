package io.vecino.measure;

import io.vecino.model.TunePoint;
import io.vecino.model.TuneRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which of the measured points to choose: within the limits the one with the fewest bytes among those whose recall is at most
 * .2 points from the best; where a least recall is asked for, the one with the fewest bytes that has it. It is always on the
 * front of recall and bytes.
 */
record Recommendation(Optional<TunePoint> point, String reason) {
    private static final double AS_GOOD = 0.002;

    static Recommendation of(List<TunePoint> points, TuneRequest.Limits limits) {
        Predicate<TunePoint> small = point ->
                limits.maxBytes().map(most -> point.bytesPerVector() <= most).orElse(true);
        Predicate<TunePoint> quick = point -> limits.maxMicros()
                .map(most -> point.speed().map(speed -> speed.micros() <= most).orElse(false))
                .orElse(true);
        List<TunePoint> kept = points.stream().filter(small.and(quick)).toList();
        double best = kept.stream().mapToDouble(TunePoint::recall).max().orElse(0);
        double wanted = limits.minRecall().orElse(best - AS_GOOD);
        Optional<TunePoint> chosen = kept.stream()
                .filter(point -> point.recall() >= wanted)
                .min(Comparator.comparingDouble(TunePoint::bytesPerVector)
                        .thenComparingDouble(point -> -point.recall())
                        .thenComparingDouble(point ->
                                -point.speed().map(TunePoint.Speed::qps).orElse(0.0)));
        return chosen.map(_ -> new Recommendation(chosen, reason(best, limits)))
                .orElseGet(() -> new Recommendation(Optional.empty(), none(points, kept, limits)));
    }

    private static String reason(double best, TuneRequest.Limits limits) {
        List<String> asked = new ArrayList<>();
        limits.maxBytes().ifPresent(bytes -> asked.add("at most " + plain(bytes) + " bytes"));
        limits.maxMicros().ifPresent(micros -> asked.add("at most " + plain(micros) + " µs"));
        limits.minRecall().ifPresent(recall -> asked.add("at least " + recall + " recall"));
        String among = asked.isEmpty() ? "" : " of the points with " + String.join(" and ", asked);
        String what = limits.minRecall().isPresent()
                ? "It has the fewest bytes"
                : "It has the fewest bytes of those whose recall is within .2 points of the best, " + four(best) + ",";
        return what + among + "; no point has more recall in as many bytes.";
    }

    private static String none(List<TunePoint> points, List<TunePoint> kept, TuneRequest.Limits limits) {
        if (kept.isEmpty()) {
            return points.stream()
                    .min(Comparator.comparingDouble(TunePoint::bytesPerVector))
                    .map(least -> "No point keeps the limits; the smallest has " + plain(least.bytesPerVector())
                            + " bytes"
                            + least.speed()
                                    .map(speed -> " and takes " + plain(speed.micros()) + " µs")
                                    .orElse("")
                            + ".")
                    .orElse("No point can keep the limits, so none was measured.");
        }
        double best = kept.stream().mapToDouble(TunePoint::recall).max().orElse(0);
        return "No point that keeps the other limits has a recall of "
                + limits.minRecall().map(String::valueOf).orElse("") + "; the best has " + four(best) + ".";
    }

    private static String plain(double value) {
        return String.format(Locale.ROOT, "%.0f", value);
    }

    private static String four(double recall) {
        return String.format(Locale.ROOT, "%.4f", recall);
    }
}
