package io.vecino.measure;

import io.vecino.selection.TopK;
import io.vecino.transform.ExactNeighbours;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * The exact nearest rows of each query in the original space, by blocked scans with all cores.
 *
 * <p>Ties: a found row also counts as a hit if its exact score equals the k-th best up to a relative 1e-6, which is about
 * what the order of float32 summation decides.
 */
public final class GroundTruth {
    private final Rows base;
    private final Rows queries;
    private final Similarity similarity;
    private final int k;
    private final List<TopK.Hits> best;

    private GroundTruth(Rows base, Rows queries, Similarity similarity, int k, List<TopK.Hits> best) {
        this.base = base;
        this.queries = queries;
        this.similarity = similarity;
        this.k = k;
        this.best = best;
    }

    /**
     * Searches every row for every query.
     *
     * @param base rows as they are compared
     * @param queries likewise
     */
    public static GroundTruth exact(Rows base, Rows queries, Similarity similarity, int k) {
        int wanted = Math.min(k, Math.max(1, base.count()));
        return new GroundTruth(
                base,
                queries,
                similarity,
                wanted,
                ExactNeighbours.of(base, MemorySegment.NULL, queries, similarity, wanted));
    }

    /** What an earlier search found. */
    static GroundTruth of(Rows base, Rows queries, Similarity similarity, int k, List<TopK.Hits> best) {
        return new GroundTruth(base, queries, similarity, k, best);
    }

    /**
     * Searches some rows for every query.
     *
     * @param ordinals of the rows that may be found, ascending, at least one
     * @param subset those rows, in this order
     */
    public static GroundTruth among(
            Rows base, int[] ordinals, Rows subset, Rows queries, Similarity similarity, int k) {
        GroundTruth found = exact(subset, queries, similarity, k);
        List<TopK.Hits> best = found.best.stream()
                .map(hits -> new TopK.Hits(
                        hits.scores(),
                        Arrays.stream(hits.ordinals()).map(i -> ordinals[i]).toArray()))
                .toList();
        return new GroundTruth(base, queries, similarity, found.k, best);
    }

    /** Neighbours per query: the k asked for, or all rows if there are fewer. */
    public int k() {
        return k;
    }

    /** The exact neighbours of one query, best first. */
    public int[] neighbours(int query) {
        return best.get(query).ordinals().clone();
    }

    /** The same with their scores; not a copy. */
    TopK.Hits hits(int query) {
        return best.get(query);
    }

    /**
     * Recall: the share of the exact k nearest that were found, averaged over queries.
     *
     * @param found per query, the ordinals returned, at most the first k of which count
     */
    public double recall(int[][] found) {
        long hits = 0;
        for (int q = 0; q < found.length; q++) {
            hits += hits(q, found[q]);
        }
        return (double) hits / ((long) found.length * k);
    }

    private int hits(int query, int[] found) {
        int[] truth = best.get(query).ordinals().clone();
        Arrays.sort(truth);
        float kth = best.get(query).scores()[k - 1];
        float[] vector = queries.copyOf(query);
        int hits = 0;
        for (int i = 0; i < Math.min(k, found.length); i++) {
            if (Arrays.binarySearch(truth, found[i]) >= 0 || ties(vector, found[i], kth)) {
                hits++;
            }
        }
        return hits;
    }

    /**
     * The share of a query's true neighbours among the first {@code count} candidates: its recall after they were scored with
     * the originals.
     */
    double shareAmong(int query, int[] candidates, int count) {
        TopK.Hits hits = best.get(query);
        int[] truth = hits.ordinals().clone();
        Arrays.sort(truth);
        float kth = hits.scores()[hits.scores().length - 1];
        float[] vector = queries.copyOf(query);
        int found = 0;
        for (int i = 0; i < Math.min(count, candidates.length); i++) {
            if (Arrays.binarySearch(truth, candidates[i]) >= 0 || ties(vector, candidates[i], kth)) {
                found++;
            }
        }
        return (double) Math.min(found, truth.length) / truth.length;
    }

    private boolean ties(float[] query, int ordinal, float kth) {
        float score = similarity.score(query, base.copyOf(ordinal));
        return Ties.tied(score, kth);
    }
}
