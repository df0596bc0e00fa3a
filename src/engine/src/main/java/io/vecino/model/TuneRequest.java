package io.vecino.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What to try on vectors, and what is asked of the result.
 *
 * @param queries vectors to search for; none: some vectors are held out of everything else and searched for
 * @param heldOut how many, 20 to 10,000
 * @param k neighbours compared, 1 to 100
 * @param rows vectors tried on, sampled if there are more, 1,000 to 1,000,000
 * @param pipelines to try; none: a grid that suits the dimension
 * @param indexes to try
 * @param oversamples candidates per result to rescore
 * @param limits what a point must keep to be recommended
 * @param prune whether points that cannot matter are left out
 * @param state file that keeps what was measured, so that an interrupted run goes on, if any
 */
public record TuneRequest(
        List<float[]> queries,
        int heldOut,
        int k,
        int rows,
        List<Pipeline> pipelines,
        List<IndexSpec> indexes,
        List<Float> oversamples,
        Limits limits,
        boolean prune,
        Optional<Path> state) {
    /** The default grid without limits. */
    public static final TuneRequest DEFAULT = new TuneRequest(
            List.of(),
            500,
            10,
            100_000,
            List.of(),
            List.of(new IndexSpec.Flat(), new IndexSpec.Graph(IndexSpec.Graph.Layout.LEAN, 100, 1.1f)),
            List.of(1f, 4f, 10f),
            Limits.NONE,
            true,
            Optional.empty());

    /**
     * What a point must keep.
     *
     * @param maxBytes per compressed vector
     * @param minRecall 0 to 1
     * @param maxMicros median latency of one search on one thread, microseconds
     */
    public record Limits(Optional<Double> maxBytes, Optional<Double> minRecall, Optional<Double> maxMicros) {
        /** Anything will do. */
        public static final Limits NONE = new Limits(Optional.empty(), Optional.empty(), Optional.empty());

        public Limits {
            positive("max_bytes", maxBytes);
            positive("max_latency", maxMicros);
            positive("min_recall", minRecall);
            if (minRecall.filter(recall -> recall > 1).isPresent()) {
                throw new EngineException.InvalidArgument(
                        "min_recall", "more than 0, at most 1", minRecall.get().toString());
            }
        }

        private static void positive(String field, Optional<Double> value) {
            if (value.filter(number -> !(number > 0 && number < Double.POSITIVE_INFINITY))
                    .isPresent()) {
                throw new EngineException.InvalidArgument(
                        field, "a number above 0", value.get().toString());
            }
        }
    }

    public TuneRequest {
        queries = List.copyOf(queries);
        pipelines = List.copyOf(pipelines);
        indexes = List.copyOf(indexes);
        oversamples = oversamples.stream().sorted().distinct().toList();
        require("queries", queries.size() <= 10_000, "at most 10000", queries.size());
        require("held_out", heldOut >= 20 && heldOut <= 10_000, "20 to 10000", heldOut);
        require("k", k >= 1 && k <= 100, "1 to 100", k);
        require("rows", rows >= 1_000 && rows <= 1_000_000, "1000 to 1000000", rows);
        require("indexes", !indexes.isEmpty(), "at least one", 0);
        require("oversamples", !oversamples.isEmpty(), "at least one", 0);
        for (float oversample : oversamples) {
            require("oversamples", oversample >= 1 && oversample <= 100, "1 to 100", (int) oversample);
        }
    }

    private static void require(String field, boolean holds, String expected, int got) {
        if (!holds) {
            throw new EngineException.InvalidArgument(field, expected, String.valueOf(got));
        }
    }

    /** The same with other limits. */
    public TuneRequest within(Limits other) {
        return new TuneRequest(queries, heldOut, k, rows, pipelines, indexes, oversamples, other, prune, state);
    }
}
