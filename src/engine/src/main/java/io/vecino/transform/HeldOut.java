package io.vecino.transform;

import io.vecino.kernels.Kernels;
import io.vecino.storage.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.List;

/**
 * A few rows of the sample that a method is not fitted to, used as queries to measure which of several transforms keeps
 * most of their exact neighbours.
 */
final class HeldOut {
    private static final int MAX_ROWS = 20_000;
    private static final int NEIGHBOURS = 10;

    private final Kernels kernels = Kernels.best();
    private final Rows queries;
    private final Rows base;
    private final BitSet[] truth;

    /**
     * Finds the true neighbours.
     *
     * @param queries held out
     * @param fitted rows that are searched, of which the first 20,000 are used
     */
    HeldOut(Rows queries, Rows fitted, Similarity similarity) {
        this.queries = queries;
        this.base = fitted.slice(0, Math.min(MAX_ROWS, fitted.count()));
        this.truth = nearest(queries, base, similarity, MemorySegment.NULL);
    }

    /** The map with the score under which it keeps most neighbours; of equal ones the first. */
    LinearTransform best(LinearTransform map, List<ReducedScore> scores) {
        LinearTransform best = map.with(scores.getFirst());
        if (scores.size() == 1 || queries.count() == 0) {
            return best;
        }
        double bestRecall = -1;
        for (ReducedScore score : scores) {
            LinearTransform candidate = map.with(score);
            double recall = recall(candidate);
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
        try (Scratch scratch = new Scratch()) {
            MemorySegment points = scratch.floats((long) base.count() * m);
            MemorySegment biases = transform.biased() ? scratch.floats((long) base.count()) : MemorySegment.NULL;
            transform.points(base.segment(), base.count(), points, biases);
            Rows reduced = new Rows(scratch.floats((long) queries.count() * m), queries.count(), m);
            for (int i = 0; i < queries.count(); i++) {
                transform.query(queries.row(i), reduced.row(i));
            }
            BitSet[] found = nearest(reduced, new Rows(points, base.count(), m), transform.similarity(), biases);
            int hits = 0;
            for (int i = 0; i < found.length; i++) {
                found[i].and(truth[i]);
                hits += found[i].cardinality();
            }
            return (double) hits / Math.max(1, queries.count() * Math.min(NEIGHBOURS, base.count()));
        }
    }

    private BitSet[] nearest(Rows from, Rows among, Similarity similarity, MemorySegment biases) {
        BitSet[] result = new BitSet[from.count()];
        try (Scratch scratch = new Scratch()) {
            MemorySegment scores = scratch.floats((long) among.count());
            for (int i = 0; i < from.count(); i++) {
                similarity.score(kernels, from.row(i), among.segment(), among.count(), among.dimension(), scores);
                float[] values = scores.toArray(ValueLayout.JAVA_FLOAT);
                if (biases.byteSize() > 0) {
                    for (int j = 0; j < values.length; j++) {
                        values[j] += biases.getAtIndex(ValueLayout.JAVA_FLOAT, j);
                    }
                }
                result[i] = largest(values);
            }
        }
        return result;
    }

    /** Positions of the largest values; of equal ones the first. */
    private static BitSet largest(float[] values) {
        int[] best = new int[NEIGHBOURS];
        int size = 0;
        for (int i = 0; i < values.length; i++) {
            if (size == NEIGHBOURS && values[i] <= values[best[size - 1]]) {
                continue;
            }
            int at = size < NEIGHBOURS ? size++ : size - 1;
            while (at > 0 && values[i] > values[best[at - 1]]) {
                best[at] = best[at - 1];
                at--;
            }
            best[at] = i;
        }
        BitSet chosen = new BitSet(values.length);
        for (int i = 0; i < size; i++) {
            chosen.set(best[i]);
        }
        return chosen;
    }
}
