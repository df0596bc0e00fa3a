package io.vecino.transform;

import io.vecino.kernels.Kernels;
import io.vecino.storage.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;

/** Measures which score keeps most neighbours of held-out rows after a projection. */
final class ScoreChoice {
    static final int QUERIES = 200;
    private static final int MAX_ROWS = 20_000;
    private static final int NEIGHBOURS = 10;

    private final Kernels kernels = Kernels.best();
    private final Rows queries;
    private final Rows base;
    private final BitSet[] truth;

    private ScoreChoice(Rows queries, Rows base, Similarity similarity) {
        this.queries = queries;
        this.base = base;
        this.truth = nearest(queries, base, similarity, MemorySegment.NULL);
    }

    static Pca best(Pca pca, Rows queries, Rows fitted, Similarity similarity) {
        Rows base = fitted.slice(0, Math.min(MAX_ROWS, fitted.count()));
        ScoreChoice choice = new ScoreChoice(queries, base, similarity);
        Pca best = pca;
        int bestHits = -1;
        for (ReducedScore score : ReducedScore.candidates(similarity)) {
            Pca candidate = pca.with(score);
            int hits = choice.hits(candidate);
            if (hits > bestHits) {
                best = candidate;
                bestHits = hits;
            }
        }
        return best;
    }

    private int hits(Transform transform) {
        int m = transform.outputDimension();
        try (Scratch scratch = new Scratch()) {
            MemorySegment points = scratch.floats((long) base.count() * m);
            MemorySegment biases = transform.biased() ? scratch.floats((long) base.count()) : MemorySegment.NULL;
            transform.points(base.segment(), base.count(), points, biases);
            MemorySegment images = scratch.floats((long) queries.count() * m);
            Rows reduced = new Rows(images, queries.count(), m);
            for (int i = 0; i < queries.count(); i++) {
                transform.query(queries.row(i), reduced.row(i));
            }
            BitSet[] found = nearest(reduced, new Rows(points, base.count(), m), transform.similarity(), biases);
            int hits = 0;
            for (int i = 0; i < found.length; i++) {
                found[i].and(truth[i]);
                hits += found[i].cardinality();
            }
            return hits;
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
