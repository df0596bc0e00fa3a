package io.vecino.measure;

import io.vecino.index.OrdinalFilter;
import io.vecino.index.VectorIndex;
import io.vecino.index.VectorIndexBuilder;
import io.vecino.model.IndexSpec;
import io.vecino.model.Pipeline;
import io.vecino.model.SearchParams;
import io.vecino.model.TunePoint;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.quantization.TrainingSample;
import io.vecino.segment.IndexChoice;
import io.vecino.selection.TopK;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import io.vecino.transform.TransformTraining;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** A pipeline and an index built over rows, to be measured. The rows must outlive it. */
public final class IndexTrial implements AutoCloseable {
    private static final int REPEATS = 3;
    private static final int SETTLED = 20_000;
    private static final int BLOCK = 1024;
    private static final long BRIEFLY_NANOS = 250_000_000;
    private static final int MOST_TIMED = 50_000;
    private static final SearchParams CODES = new SearchParams(OptionalInt.empty(), OptionalInt.empty(), 1, false);

    private final Rows base;
    private final Similarity similarity;
    private final TrainedPipeline pipeline;
    private final VectorIndex index;
    private final double trainSeconds;
    private final double buildSeconds;

    private IndexTrial(
            Rows base,
            Similarity similarity,
            TrainedPipeline pipeline,
            VectorIndex index,
            double trainSeconds,
            double buildSeconds) {
        this.base = base;
        this.similarity = similarity;
        this.pipeline = pipeline;
        this.index = index;
        this.trainSeconds = trainSeconds;
        this.buildSeconds = buildSeconds;
    }

    /**
     * Trains on a sample of the rows and builds.
     *
     * @param base as compared under {@code similarity}
     * @param memory charged with the index
     */
    public static IndexTrial build(
            Rows base, Similarity similarity, Pipeline pipeline, IndexSpec index, NativeMemory memory) {
        return build(base, similarity, pipeline, index, memory, 1);
    }

    /**
     * The same for searches that use several threads each.
     *
     * @param threads see {@link IndexChoice#builder}
     */
    public static IndexTrial build(
            Rows base, Similarity similarity, Pipeline pipeline, IndexSpec index, NativeMemory memory, int threads) {
        return build(base, similarity, pipeline, index, memory, threads, TransformTraining.PLAIN);
    }

    /**
     * The same with what the transforms are given besides the rows.
     *
     * @param training whose queries must not be among those that measure
     */
    public static IndexTrial build(
            Rows base,
            Similarity similarity,
            Pipeline pipeline,
            IndexSpec index,
            NativeMemory memory,
            int threads,
            TransformTraining training) {
        index.requireFits(pipeline);
        long start = System.nanoTime();
        TrainedPipeline trained;
        try (TrainingSample sample = TrainingSample.of(pipeline, base.dimension(), base.count())) {
            for (int i = 0; i < base.count(); i++) {
                sample.offer(base.copyOf(i));
            }
            trained = TrainedPipeline.train(pipeline, sample.rows(), similarity, training);
        }
        return build(base, similarity, trained, index, memory, threads, seconds(start, System.nanoTime()));
    }

    /** Builds over a pipeline that is trained already. */
    public static IndexTrial build(
            Rows base, Similarity similarity, TrainedPipeline trained, IndexSpec index, NativeMemory memory) {
        return build(base, similarity, trained, index, memory, 1, 0);
    }

    /** The same for searches that use several threads each. */
    static IndexTrial of(
            Rows base,
            Similarity similarity,
            TrainedPipeline trained,
            IndexSpec index,
            NativeMemory memory,
            int threads) {
        return build(base, similarity, trained, index, memory, threads, 0);
    }

    private static IndexTrial build(
            Rows base,
            Similarity similarity,
            TrainedPipeline trained,
            IndexSpec index,
            NativeMemory memory,
            int threads,
            double trainSeconds) {
        long start = System.nanoTime();
        try (VectorIndexBuilder builder = IndexChoice.builder(index, trained, base.count(), memory, threads)) {
            for (int first = 0; first < base.count(); first += BLOCK) {
                builder.add(base.slice(first, Math.min(BLOCK, base.count() - first)));
            }
            VectorIndex built = builder.build();
            return new IndexTrial(base, similarity, trained, built, trainSeconds, seconds(start, System.nanoTime()));
        }
    }

    private static double seconds(long from, long to) {
        return (to - from) / 1e9;
    }

    /**
     * What a run over all queries gave.
     *
     * @param recall against the truth's k
     * @param qps queries per second of the best repeat
     * @param p50Micros median latency of one query in that repeat, microseconds
     * @param p99Micros 99th percentile
     */
    public record Outcome(double recall, double qps, double p50Micros, double p99Micros) {}

    /**
     * Searches all queries over and over: to warm up for a second or {@value #SETTLED} searches, whichever comes first, so
     * that the compiler is done also where a search takes microseconds; then at least three times and by the same rule to
     * measure, of which the best counts.
     *
     * @param queries as compared
     * @param params effort; {@code oversample} above 1 rescores that many candidates per result with the refine
     *     codes, or with the rows themselves if there are none
     */
    public Outcome measure(Rows queries, GroundTruth truth, SearchParams params, int threads) {
        return measure(queries, truth, OrdinalFilter.ALL, params, threads);
    }

    /**
     * The same under a filter.
     *
     * @param truth among the rows that the filter accepts
     */
    public Outcome measure(Rows queries, GroundTruth truth, OrdinalFilter filter, SearchParams params, int threads) {
        float[][] vectors =
                IntStream.range(0, queries.count()).mapToObj(queries::copyOf).toArray(float[][]::new);
        int[][] found = new int[vectors.length][];
        long[] nanos = new long[vectors.length];
        double warm = 0;
        for (long searches = 0; searches == 0 || !settled(searches, warm); searches += Math.max(1L, vectors.length)) {
            warm += runAll(vectors, truth.k(), filter, params, threads, found, nanos);
        }
        double best = Double.POSITIVE_INFINITY;
        long[] bestNanos = nanos;
        double spent = 0;
        for (int repeat = 0; repeat < REPEATS || !settled(repeat * Math.max(1L, vectors.length), spent); repeat++) {
            long[] repeatNanos = new long[vectors.length];
            double seconds = runAll(vectors, truth.k(), filter, params, threads, found, repeatNanos);
            spent += seconds;
            if (seconds < best) {
                best = seconds;
                bestNanos = repeatNanos;
            }
        }
        Arrays.sort(bestNanos);
        return new Outcome(
                truth.recall(found), vectors.length / best, percentile(bestNanos, 0.5), percentile(bestNanos, 0.99));
    }

    private static boolean settled(long searches, double seconds) {
        return searches >= SETTLED || seconds >= 1;
    }

    /**
     * Searches all queries in one call, as often as {@link #measure} does to warm up and to measure; nothing is rescored.
     * Latencies are those of the whole call.
     */
    public Outcome measureBatch(Rows queries, GroundTruth truth, SearchParams params) {
        long calls = 0;
        for (double warm = 0; calls == 0 || !settled(calls * queries.count(), warm); calls++) {
            warm += timedBatch(queries, truth.k(), params).seconds();
        }
        Batch best = timedBatch(queries, truth.k(), params);
        double spent = best.seconds();
        for (int repeat = 1; repeat < REPEATS || !settled((long) repeat * queries.count(), spent); repeat++) {
            Batch next = timedBatch(queries, truth.k(), params);
            spent += next.seconds();
            best = next.seconds() < best.seconds() ? next : best;
        }
        int[][] ordinals = best.found().stream().map(TopK.Hits::ordinals).toArray(int[][]::new);
        double micros = best.seconds() * 1e6;
        return new Outcome(truth.recall(ordinals), queries.count() / best.seconds(), micros, micros);
    }

    private record Batch(List<TopK.Hits> found, double seconds) {}

    private Batch timedBatch(Rows queries, int k, SearchParams params) {
        long start = System.nanoTime();
        List<TopK.Hits> found = index.searchBatch(queries, k, OrdinalFilter.ALL, params);
        return new Batch(found, seconds(start, System.nanoTime()));
    }

    /** The ordinals found for each query, best first. */
    public int[][] search(Rows queries, int k, SearchParams params, int threads) {
        float[][] vectors =
                IntStream.range(0, queries.count()).mapToObj(queries::copyOf).toArray(float[][]::new);
        int[][] found = new int[vectors.length][];
        runAll(vectors, k, OrdinalFilter.ALL, params, threads, found, new long[vectors.length]);
        return found;
    }

    private double runAll(
            float[][] queries,
            int k,
            OrdinalFilter filter,
            SearchParams params,
            int threads,
            int[][] found,
            long[] nanos) {
        long start = System.nanoTime();
        Workers.run(threads, queries.length, i -> {
            long before = System.nanoTime();
            found[i] = search(queries[i], k, filter, params);
            nanos[i] = System.nanoTime() - before;
        });
        return seconds(start, System.nanoTime());
    }

    private int[] search(float[] query, int k, OrdinalFilter filter, SearchParams params) {
        int candidates = (int) Math.min(base.count(), Math.ceil((double) k * params.oversample()));
        TopK.Hits hits = index.search(query, Math.max(1, candidates), filter, params);
        if (params.oversample() <= 1) {
            return hits.ordinals();
        }
        if (pipeline.refine().isPresent()) {
            return Arrays.copyOf(hits.ordinals(), Math.min(k, hits.ordinals().length));
        }
        TopK best = new TopK(k);
        for (int ordinal : hits.ordinals()) {
            best.offer(similarity.score(query, base.copyOf(ordinal)), ordinal);
        }
        return best.drain().ordinals();
    }

    private static double percentile(long[] sortedNanos, double share) {
        return sortedNanos[(int) Math.min(sortedNanos.length - 1, Math.floor(share * sortedNanos.length))] / 1e3;
    }

    /** The ordinals found for one query, best first. */
    int[] search(float[] query, int k, SearchParams params) {
        return search(query, k, OrdinalFilter.ALL, params);
    }

    /** The same by the codes of all rows, nothing rescored. */
    int[] scan(float[] query, int k) {
        return index.scan(query, Math.clamp(k, 1, Math.max(1, base.count())), OrdinalFilter.ALL)
                .ordinals();
    }

    /** The score of a row's original. */
    float exactScore(float[] query, int ordinal) {
        return similarity.score(query, base.copyOf(ordinal));
    }

    /** The first candidates of all queries by codes alone. */
    List<TopK.Hits> batch(Rows queries, int candidates) {
        return index.searchBatch(
                queries, Math.clamp(candidates, 1, Math.max(1, base.count())), OrdinalFilter.ALL, CODES);
    }

    /** Searches queries one after the other for about half a second, half of it to warm up. */
    TunePoint.Speed time(Rows queries, int k, SearchParams params) {
        float[][] vectors =
                IntStream.range(0, queries.count()).mapToObj(queries::copyOf).toArray(float[][]::new);
        long warm = System.nanoTime() + BRIEFLY_NANOS;
        for (int i = 0; System.nanoTime() < warm; i++) {
            search(vectors[i % vectors.length], k, OrdinalFilter.ALL, params);
        }
        long[] nanos = new long[MOST_TIMED];
        int count = 0;
        long start = System.nanoTime();
        long before = start;
        while (count < MOST_TIMED && before - start < BRIEFLY_NANOS) {
            search(vectors[count % vectors.length], k, OrdinalFilter.ALL, params);
            long now = System.nanoTime();
            nanos[count++] = now - before;
            before = now;
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return new TunePoint.Speed(percentile(sorted, 0.5), percentile(sorted, 0.99), count / ((before - start) / 1e9));
    }

    /** What was indexed. */
    Rows rows() {
        return base;
    }

    /** The trained pipeline. */
    public TrainedPipeline pipeline() {
        return pipeline;
    }

    /** Bytes of the index per row. */
    public double bytesPerVector() {
        return (double) index.bytes() / Math.max(1, base.count());
    }

    /** Those of them that must be in memory: {@link VectorIndex#residentBytes} per row. */
    public double residentBytesPerVector() {
        return (double) index.residentBytes() / Math.max(1, base.count());
    }

    public double trainSeconds() {
        return trainSeconds;
    }

    public double buildSeconds() {
        return buildSeconds;
    }

    @Override
    public void close() {
        index.close();
    }
}
