package io.vecino.measure;

import io.vecino.collection.Collection;
import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.IndexSpec;
import io.vecino.model.Interval;
import io.vecino.model.Metric;
import io.vecino.model.Pipeline;
import io.vecino.model.ProgressListener;
import io.vecino.model.SearchParams;
import io.vecino.model.TransformSpec;
import io.vecino.model.TunePoint;
import io.vecino.model.TuneReport;
import io.vecino.model.TuneRequest;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.selection.TopK;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.Identity;
import io.vecino.transform.Similarity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A dry run over many pipelines. Each transform is trained once for all codes behind it, and its own recall bounds what any of
 * them can have; codes are encoded in parallel as memory allows; points that no other beats are timed one by one in the end.
 */
public final class Tuning {
    /** A reduction that keeps less than a measured point with fewer bytes, by this much, is not worth a code. */
    private static final double HOPELESS = 0.005;
    /** Points so close to the front are timed: the front is known up to what queries tell. */
    private static final double NEAR_FRONT = 0.002;

    private static final int MOST_GRAPHS = 4;

    private final TuneData data;
    private final TuneRequest request;
    private final NativeMemory memory;
    private final ProgressListener listener;
    private final Similarity similarity;
    private final GroundTruth truth;
    private final TuneState state;
    private final Map<Pipeline, TrainedPipeline> trainedBefore = new ConcurrentHashMap<>();
    private final AtomicInteger left = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private int total = 1;

    private Tuning(TuneData data, TuneRequest request, NativeMemory memory, ProgressListener listener) {
        this.data = data;
        this.request = request;
        this.memory = memory;
        this.listener = listener;
        this.similarity = Similarity.of(data.metric());
        this.truth = GroundTruth.exact(data.base(), data.queries(), similarity, request.k());
        this.state =
                new TuneState(TruthFile.key(data.base(), data.queries(), similarity, request.k()), request.state());
    }

    /**
     * Tries pipelines on a sample of a collection, which stays as it is.
     *
     * @throws EngineException.InvalidArgument if it has too few points, or a query or a pipeline does not fit
     * @throws EngineException.ResourceExhausted if the sample does not fit the memory budget
     */
    public static TuneReport of(Collection collection, TuneRequest request, ProgressListener listener) {
        try (TuneData data = TuneData.of(collection, request)) {
            return new Tuning(data, request, collection.memory(), listener).run();
        }
    }

    /** The same on a file; queries from another, or held out of the same. */
    public static TuneReport of(
            Path base,
            Optional<Path> queries,
            Metric metric,
            TuneRequest request,
            NativeMemory memory,
            ProgressListener listener) {
        try (TuneData data = TuneData.of(base, queries, metric, request, memory)) {
            return new Tuning(data, request, memory, listener).run();
        }
    }

    private int dimension() {
        return data.base().dimension();
    }

    private TuneReport run() {
        long start = System.nanoTime();
        List<Pipeline> pipelines = pipelines();
        Map<List<TransformSpec>, List<Pipeline>> groups = TuneGrid.byTransforms(pipelines);
        total = pipelines.size();
        groups.forEach(this::group);
        graphs(pipelines);
        Set<TunePoint> timed = new HashSet<>(time());
        List<TunePoint> points = Pareto.marked(state.points().stream()
                .filter(point -> asked(point, pipelines))
                .map(point -> timed.stream()
                        .filter(one -> same(one, point))
                        .findFirst()
                        .orElse(point))
                .toList());
        Recommendation recommended = Recommendation.of(points, request.limits());
        return new TuneReport(
                data.metric(),
                dimension(),
                data.points(),
                data.base().count(),
                data.queries().count(),
                request.k(),
                request.limits(),
                data.now(),
                points,
                left.get(),
                recommended.point(),
                recommended.reason(),
                TuneWarnings.of(data, request, recommended),
                (System.nanoTime() - start) / 1e9);
    }

    private boolean asked(TunePoint point, List<Pipeline> pipelines) {
        return pipelines.contains(point.pipeline())
                && request.oversamples().contains(point.oversample())
                && (request.indexes().contains(point.index()) || point.index() instanceof IndexSpec.Flat);
    }

    private static boolean same(TunePoint a, TunePoint b) {
        return a.pipeline().equals(b.pipeline()) && a.index().equals(b.index()) && a.oversample() == b.oversample();
    }

    private List<Pipeline> pipelines() {
        List<Pipeline> pipelines =
                new ArrayList<>(request.pipelines().isEmpty() ? TuneGrid.of(dimension()) : request.pipelines());
        data.now()
                .map(CollectionConfig::pipeline)
                .filter(now -> !pipelines.contains(now))
                .ifPresent(pipelines::add);
        pipelines.forEach(pipeline -> pipeline.outputDimension(dimension()));
        return pipelines;
    }

    private void step() {
        listener.at("tune", Math.min(0.9, 0.9 * done.incrementAndGet() / total));
    }

    private boolean fits(double bytes) {
        return request.limits().maxBytes().map(most -> bytes <= most).orElse(true);
    }

    /** All codes behind one transform. */
    private void group(List<TransformSpec> transforms, List<Pipeline> pipelines) {
        List<Pipeline> wanted = new ArrayList<>();
        for (Pipeline pipeline : pipelines) {
            boolean known = request.oversamples().stream()
                    .allMatch(r -> state.find(pipeline, new IndexSpec.Flat(), r).isPresent());
            if (!known && request.prune() && !fits(TuneGrid.leastBytes(pipeline, dimension()))) {
                left.incrementAndGet();
                step();
            } else if (!known) {
                wanted.add(pipeline);
            } else {
                step();
            }
        }
        if (wanted.isEmpty()) {
            return;
        }
        try (CodeTraining training = CodeTraining.of(transforms, data.base(), similarity, memory)) {
            double[] bound = bound(training);
            List<Pipeline> hopeful = new ArrayList<>();
            for (Pipeline pipeline : wanted) {
                if (request.prune() && hopeless(pipeline, bound)) {
                    left.incrementAndGet();
                    step();
                } else {
                    hopeful.add(pipeline);
                }
            }
            int workers = workers(hopeful);
            Workers.run(workers, hopeful.size(), i -> {
                code(training.train(hopeful.get(i)), workers == 1 ? Workers.processors() : 1);
                step();
            });
        }
    }

    /** As many codes at a time as the budget has room for, at least one. */
    private int workers(List<Pipeline> pipelines) {
        double largest = pipelines.stream()
                .mapToDouble(pipeline -> TuneGrid.leastBytes(pipeline, dimension()) + Long.BYTES)
                .max()
                .orElse(1);
        double free = 0.8 * (memory.limit() - memory.used());
        return (int) Math.clamp(free / (largest * data.base().count()), 1, Workers.processors());
    }

    /** Recall of the reduced float32 vectors, for each oversample; what no code behind them exceeds but by chance. */
    private double[] bound(CodeTraining training) {
        double[] bound = new double[request.oversamples().size()];
        if (training.transform() instanceof Identity) {
            Arrays.fill(bound, 1);
            return bound;
        }
        List<TopK.Hits> found =
                ExactPass.reducedNeighbours(training.transform(), data.base(), data.queries(), deepest(), memory);
        for (int i = 0; i < bound.length; i++) {
            bound[i] = Attribution.mean(recalls(found, request.oversamples().get(i)));
        }
        return bound;
    }

    private int deepest() {
        return Math.min(data.base().count(), (int)
                Math.ceil((double) request.k() * request.oversamples().getLast()));
    }

    private boolean hopeless(Pipeline pipeline, double[] bound) {
        double bytes = TuneGrid.leastBytes(pipeline, dimension());
        List<TunePoint> measured = state.points();
        for (int i = 0; i < bound.length; i++) {
            double best = bound[i];
            float oversample = request.oversamples().get(i);
            boolean beaten = measured.stream()
                    .anyMatch(point -> point.index() instanceof IndexSpec.Flat
                            && point.oversample() <= oversample
                            && point.bytesPerVector() <= bytes
                            && point.recall() >= best + HOPELESS);
            if (!beaten) {
                return false;
            }
        }
        return true;
    }

    private void code(TrainedPipeline trained, int threads) {
        trainedBefore.put(trained.pipeline(), trained);
        if (request.prune() && !fits(trained.bytesPerVector())) {
            left.incrementAndGet();
            return;
        }
        try (IndexTrial trial =
                IndexTrial.of(data.base(), similarity, trained, new IndexSpec.Flat(), memory, threads)) {
            // One search deep enough for every oversample: what is rescored are the first of its candidates.
            List<TopK.Hits> found = trained.refine().isPresent() ? List.of() : trial.batch(data.queries(), deepest());
            for (float oversample : request.oversamples()) {
                double[] recalls = found.isEmpty() ? searched(trial, oversample) : recalls(found, oversample);
                state.put(point(trained.pipeline(), new IndexSpec.Flat(), oversample, trial.bytesPerVector(), recalls));
            }
        }
    }

    /** Recall of each query after the best candidates were scored with the originals. */
    private double[] recalls(List<TopK.Hits> found, float oversample) {
        int k = truth.k();
        int candidates = (int) Math.min(data.base().count(), Math.ceil((double) k * oversample));
        double[] recalls = new double[found.size()];
        for (int q = 0; q < recalls.length; q++) {
            int[] ordinals = found.get(q).ordinals();
            recalls[q] = truth.shareAmong(q, ordinals, Math.min(candidates, ordinals.length));
        }
        return recalls;
    }

    private double[] searched(IndexTrial trial, float oversample) {
        double[] recalls = new double[data.queries().count()];
        Workers.run(Workers.processors(), recalls.length, q -> {
            int[] ordinals = trial.search(data.queries().copyOf(q), truth.k(), effort(oversample));
            recalls[q] = truth.shareAmong(q, ordinals, ordinals.length);
        });
        return recalls;
    }

    private static SearchParams effort(float oversample) {
        return new SearchParams(OptionalInt.empty(), OptionalInt.empty(), oversample, false);
    }

    private static TunePoint point(
            Pipeline pipeline, IndexSpec index, float oversample, double bytes, double[] recalls) {
        Interval interval = Confidence.ofMean(recalls);
        return new TunePoint(
                pipeline,
                index,
                oversample,
                bytes,
                Attribution.mean(recalls),
                new Interval(Math.max(0, interval.low()), Math.min(1, interval.high())),
                Optional.empty(),
                false);
    }

    /** Other indexes, over the pipelines that were best with a scan: a graph finds no more than that. */
    private void graphs(List<Pipeline> pipelines) {
        for (IndexSpec index : request.indexes()) {
            if (index instanceof IndexSpec.Flat) {
                continue;
            }
            List<Pipeline> candidates = pipelines.stream()
                    .filter(pipeline -> suits(index, pipeline))
                    .filter(pipeline -> !request.prune() || worthAnIndex(pipeline))
                    .limit(request.prune() ? MOST_GRAPHS : Integer.MAX_VALUE)
                    .toList();
            left.addAndGet(
                    (int) pipelines.stream().filter(one -> suits(index, one)).count() - candidates.size());
            for (Pipeline pipeline : candidates) {
                boolean known = request.oversamples().stream()
                        .allMatch(r -> state.find(pipeline, index, r).isPresent());
                if (!known) {
                    graph(pipeline, index);
                }
            }
        }
    }

    private static boolean suits(IndexSpec index, Pipeline pipeline) {
        try {
            index.requireFits(pipeline);
            return true;
        } catch (EngineException.InvalidArgument _) {
            return false;
        }
    }

    /** On the front with a scan, and small enough with a graph's links. */
    private boolean worthAnIndex(Pipeline pipeline) {
        List<TunePoint> flat = state.points().stream()
                .filter(point -> point.index() instanceof IndexSpec.Flat)
                .toList();
        return flat.stream()
                .filter(point -> point.pipeline().equals(pipeline))
                .anyMatch(point -> !Pareto.dominated(point, flat, 0) && fits(point.bytesPerVector() + 128));
    }

    private IndexTrial trial(Pipeline pipeline, IndexSpec index) {
        TrainedPipeline trained = trainedBefore.get(pipeline);
        if (trained == null) {
            try (CodeTraining training = CodeTraining.of(pipeline.transforms(), data.base(), similarity, memory)) {
                trained = training.train(pipeline);
                trainedBefore.put(pipeline, trained);
            }
        }
        return IndexTrial.build(data.base(), similarity, trained, index, memory);
    }

    private void graph(Pipeline pipeline, IndexSpec index) {
        listener.at("graphs", 0);
        try (IndexTrial trial = trial(pipeline, index)) {
            for (float oversample : request.oversamples()) {
                state.put(point(pipeline, index, oversample, trial.bytesPerVector(), searched(trial, oversample)));
            }
        }
    }

    /** Searches one by one where it matters, with nothing beside. */
    private List<TunePoint> time() {
        List<TunePoint> all = state.points();
        List<TunePoint> wanted = all.stream()
                .filter(point -> point.speed().isEmpty())
                .filter(point ->
                        !Pareto.dominated(point, all, NEAR_FRONT) || !(point.index() instanceof IndexSpec.Flat))
                .filter(point -> fits(point.bytesPerVector()))
                .toList();
        List<TunePoint> timed = new ArrayList<>();
        Map<List<Object>, List<TunePoint>> builds = new LinkedHashMap<>();
        wanted.forEach(point -> builds.computeIfAbsent(List.of(point.pipeline(), point.index()), _ -> new ArrayList<>())
                .add(point));
        int[] finished = {0};
        builds.values().forEach(points -> {
            listener.at("time", (double) finished[0]++ / builds.size());
            TunePoint first = points.getFirst();
            try (IndexTrial trial = trial(first.pipeline(), first.index())) {
                for (TunePoint point : points) {
                    TunePoint.Speed speed = trial.time(data.queries(), truth.k(), effort(point.oversample()));
                    TunePoint with = withSpeed(point, inCollection(speed, point.oversample()));
                    state.put(with);
                    timed.add(with);
                }
            }
        });
        return timed;
    }

    /** Rescoring in a collection reads originals from the store, which the trial has in memory. */
    private TunePoint.Speed inCollection(TunePoint.Speed speed, float oversample) {
        double more = data.originalMicros() * Math.max(1, oversample) * truth.k();
        double mean = 1e6 / speed.qps() + more;
        return new TunePoint.Speed(speed.micros() + more, speed.slowMicros() + more, 1e6 / mean);
    }

    private static TunePoint withSpeed(TunePoint point, TunePoint.Speed speed) {
        return new TunePoint(
                point.pipeline(),
                point.index(),
                point.oversample(),
                point.bytesPerVector(),
                point.recall(),
                point.recallInterval(),
                Optional.of(speed),
                false);
    }
}
