package io.vecino.measure;

import io.vecino.collection.Found;
import io.vecino.model.PointId;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which results count as true neighbours: those that are among them, and those whose exact score equals the last one's up to
 * a relative 1e-6, which is about what the order of float32 summation decides.
 */
final class Ties {
    private static final double TIE = 1e-6;

    private Ties() {}

    static boolean tied(float score, float last) {
        return score >= last - TIE * Math.max(1, Math.abs(last));
    }

    /** The share of the first k true neighbours that are found; 1 if there are none. */
    static double recall(List<Found> truth, List<Found> found, int k) {
        List<Found> wanted = truth.subList(0, Math.min(k, truth.size()));
        if (wanted.isEmpty()) {
            return 1;
        }
        Set<PointId> ids = wanted.stream().map(Found::id).collect(Collectors.toSet());
        float last = wanted.getLast().score();
        long hits = found.stream()
                .limit(k)
                .filter(one -> ids.contains(one.id()) || tied(one.score(), last))
                .count();
        return (double) Math.min(hits, wanted.size()) / wanted.size();
    }
}
