package io.vecino.transform;

import io.vecino.selection.TopK;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A few rows of the sample that a method is not fitted to, used as queries to measure which of several transforms keeps
 * most of their exact neighbours.
 */
final class HeldOut {
    private static final int MAX_ROWS = 100_000;
    private static final int NEIGHBOURS = 10;

    private final Rows queries;
    private final Rows base;
    private final List<Set<Integer>> truth;

    /**
     * Finds the true neighbours.
     *
     * @param queries held out
     * @param fitted rows that are searched, of which the first 100,000 are used
     */
    HeldOut(Rows queries, Rows fitted, Similarity similarity) {
        this.queries = queries;
        this.base = fitted.slice(0, Math.min(MAX_ROWS, fitted.count()));
        this.truth = ExactNeighbours.of(base, MemorySegment.NULL, queries, similarity, NEIGHBOURS).stream()
                .map(hits -> Arrays.stream(hits.ordinals()).boxed().collect(Collectors.toSet()))
                .toList();
    }

    /** The map with the score under which it keeps most neighbours; of equal ones the first. */
    LinearTransform best(LinearTransform map, List<ReducedScore> scores) {
        return best(map, scores, candidate -> candidate);
    }

    /** The same of a map behind another transform, and the two as one. */
    Transform best(Transform before, LinearTransform map, List<ReducedScore> scores) {
        return new Chain(List.of(before, best(map, scores, candidate -> new Chain(List.of(before, candidate)))));
    }

    private LinearTransform best(
            LinearTransform map, List<ReducedScore> scores, Function<LinearTransform, Transform> whole) {
        LinearTransform best = map.with(scores.getFirst());
        if (scores.size() == 1 || queries.count() == 0) {
            return best;
        }
        double bestRecall = -1;
        for (ReducedScore score : scores) {
            LinearTransform candidate = map.with(score);
            double recall = recall(whole.apply(candidate));
            if (recall > bestRecall) {
                best = candidate;
                bestRecall = recall;
            }
        }
        return best;
    }

    /** The share of the held-out rows' ten nearest that a transform keeps, 0 to 1; 0 if nothing is held out. */
    double recall(Transform transform) {
        int m = transform.outputDimension();
        try (Matrices scratch = new Matrices()) {
            MemorySegment points = scratch.floats((long) base.count() * m);
            MemorySegment biases = transform.biased() ? scratch.floats(base.count()) : MemorySegment.NULL;
            transform.points(base.segment(), base.count(), points, biases);
            Rows reduced = new Rows(scratch.floats((long) queries.count() * m), queries.count(), m);
            for (int i = 0; i < queries.count(); i++) {
                transform.query(queries.row(i), reduced.row(i));
            }
            List<TopK.Hits> found = ExactNeighbours.of(
                    new Rows(points, base.count(), m), biases, reduced, transform.similarity(), NEIGHBOURS);
            long hits = 0;
            for (int i = 0; i < found.size(); i++) {
                hits += Arrays.stream(found.get(i).ordinals())
                        .filter(truth.get(i)::contains)
                        .count();
            }
            return (double) hits / Math.max(1, queries.count() * Math.min(NEIGHBOURS, base.count()));
        }
    }

    /** Two standard errors of a recall that was measured here: what chance alone may change. */
    double noise(double recall) {
        return 2 * Math.sqrt(recall * (1 - recall) / Math.max(1, queries.count() * NEIGHBOURS));
    }
}
