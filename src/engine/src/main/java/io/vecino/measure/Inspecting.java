package io.vecino.measure;

import io.vecino.collection.Collection;
import io.vecino.model.Inspection;
import io.vecino.model.Metric;
import io.vecino.model.Pipeline;
import io.vecino.model.ProgressListener;
import io.vecino.model.TuneRequest;
import io.vecino.selection.TopK;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.ExactNeighbours;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import io.vecino.transform.Spectra;
import io.vecino.transform.Transform;
import io.vecino.transform.Transforms;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** What vectors are like, without labels: measured on a sample. */
public final class Inspecting {
    private static final int ROWS = 20_000;
    private static final int NEIGHBOUR_ROWS = 8_000;
    private static final int TREE_ROWS = 1_000;
    private static final int QUERIES = 300;
    private static final int LOCAL = 20;
    private static final int K = 10;
    private static final int RESCORED = 4;
    private static final double SAME = 1e-12;
    /** Squared distance, in squared lengths, of unit vectors with a cosine of .98. */
    private static final double NEARLY_SAME = 0.04;

    private final TuneData data;
    private final NativeMemory memory;
    private final ProgressListener listener;

    private Inspecting(TuneData data, NativeMemory memory, ProgressListener listener) {
        this.data = data;
        this.memory = memory;
        this.listener = listener;
    }

    private static TuneRequest sample() {
        TuneRequest any = TuneRequest.DEFAULT;
        return new TuneRequest(
                List.of(),
                QUERIES,
                K,
                ROWS,
                any.pipelines(),
                any.indexes(),
                any.oversamples(),
                any.limits(),
                true,
                Optional.empty());
    }

    /**
     * Inspects a collection.
     *
     * @throws io.vecino.model.EngineException.InvalidArgument if it has fewer than 400 points
     */
    public static Inspection of(Collection collection, ProgressListener listener) {
        try (TuneData data = TuneData.of(collection, sample())) {
            return new Inspecting(data, collection.memory(), listener).run();
        }
    }

    /** The same of a file. */
    public static Inspection of(Path file, Metric metric, NativeMemory memory, ProgressListener listener) {
        try (TuneData data = TuneData.of(file, Optional.empty(), metric, sample(), memory)) {
            return new Inspecting(data, memory, listener).run();
        }
    }

    private Inspection run() {
        long start = System.nanoTime();
        Rows rows = data.base();
        listener.at("spectrum", 0);
        Spectra.Of spectra = Spectra.of(rows);
        double[] singular = doubles(spectra.moments()).map(Math::sqrt).toArray();
        listener.at("neighbours", 0.2);
        Neighbourhoods near = Neighbourhoods.of(rows.slice(0, Math.min(NEIGHBOUR_ROWS, rows.count())));
        listener.at("shorter vectors", 0.5);
        List<Inspection.Shorter> redundancy = redundancy();
        listener.at("spanning tree", 0.9);
        double separability = Diagnostics.separability(rows.slice(0, Math.min(TREE_ROWS, rows.count())));
        Inspection plain = new Inspection(
                data.metric(),
                rows.dimension(),
                data.points(),
                rows.count(),
                norms(rows),
                Diagnostics.effectiveRank(singular),
                Diagnostics.meanCosine(rows),
                rows.dimension() < 2
                        ? 1
                        : Diagnostics.isoScore(doubles(spectra.covariance()).toArray()),
                near.twoNn,
                near.localDimension,
                near.hubness,
                near.neverNear,
                near.duplicates,
                near.nearDuplicates,
                separability,
                redundancy,
                List.of(),
                List.of(),
                0);
        List<Pipeline> worthTrying = InspectionFindings.worthTrying(plain);
        return new Inspection(
                plain.metric(),
                plain.dimension(),
                plain.points(),
                plain.rows(),
                plain.norms(),
                plain.effectiveRank(),
                plain.meanCosine(),
                plain.isoScore(),
                plain.twoNn(),
                plain.localDimension(),
                plain.hubness(),
                plain.neverNear(),
                plain.duplicates(),
                plain.nearDuplicates(),
                plain.separability(),
                plain.redundancy(),
                InspectionFindings.of(plain),
                worthTrying,
                (System.nanoTime() - start) / 1e9);
    }

    private static DoubleStream doubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> Math.max(0, values[i]));
    }

    private static Inspection.Norms norms(Rows rows) {
        double[] lengths = IntStream.range(0, rows.count())
                .mapToDouble(i -> Diagnostics.length(rows.row(i)))
                .sorted()
                .toArray();
        double mean = Arrays.stream(lengths).average().orElse(0);
        double square = Arrays.stream(lengths)
                .map(length -> (length - mean) * (length - mean))
                .average()
                .orElse(0);
        return new Inspection.Norms(
                mean, Math.sqrt(square), lengths[0], lengths[lengths.length / 2], lengths[lengths.length - 1]);
    }

    private record Neighbourhoods(
            double twoNn,
            double localDimension,
            double hubness,
            double neverNear,
            double duplicates,
            double nearDuplicates) {
        static Neighbourhoods of(Rows rows) {
            int n = rows.count();
            List<TopK.Hits> nearest = ExactNeighbours.of(rows, MemorySegment.NULL, rows, Similarity.L2, LOCAL + 1);
            double[] first = new double[n];
            double[] second = new double[n];
            int[] occurrences = new int[n];
            int duplicates = 0;
            int nearDuplicates = 0;
            List<Double> local = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                double square = Math.pow(Diagnostics.length(rows.row(i)), 2);
                double[] distances = new double[LOCAL];
                int found = 0;
                TopK.Hits hits = nearest.get(i);
                for (int j = 0; j < hits.ordinals().length && found < LOCAL; j++) {
                    if (hits.ordinals()[j] == i) {
                        continue;
                    }
                    double squared = Math.max(0, -hits.scores()[j]);
                    // float32 sums leave about 1e-7 of the squared lengths.
                    distances[found] = squared <= 1e-6 * square ? 0 : Math.sqrt(squared);
                    if (found < K) {
                        occurrences[hits.ordinals()[j]]++;
                    }
                    found++;
                }
                first[i] = distances[0];
                second[i] = distances[1];
                duplicates += distances[0] * distances[0] <= SAME * square ? 1 : 0;
                nearDuplicates += distances[0] * distances[0] <= NEARLY_SAME * square ? 1 : 0;
                Diagnostics.localDimension(distances).ifPresent(local::add);
            }
            double[] sorted =
                    local.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            OptionalDouble twoNn = Diagnostics.twoNn(first, second);
            return new Neighbourhoods(
                    twoNn.orElse(0),
                    sorted.length == 0 ? 0 : sorted[sorted.length / 2],
                    Diagnostics.skewness(occurrences),
                    (double) Arrays.stream(occurrences)
                                    .filter(count -> count == 0)
                                    .count()
                            / n,
                    (double) duplicates / n,
                    (double) nearDuplicates / n);
        }
    }

    private List<Inspection.Shorter> redundancy() {
        Similarity similarity = Similarity.of(data.metric());
        GroundTruth truth = GroundTruth.exact(data.base(), data.queries(), similarity, K);
        int d = data.base().dimension();
        return DoubleStream.of(1.0 / 8, 1.0 / 4, 3.0 / 8, 1.0 / 2, 3.0 / 4)
                .mapToInt(share -> (int) Math.max(1, Math.round(share * d)))
                .filter(dims -> dims < d)
                .distinct()
                .mapToObj(dims -> {
                    double[] first = recalls(Pipeline.parse("truncate:" + dims + "/f32"), truth);
                    double[] pca = recalls(Pipeline.parse("pca:" + dims + "/f32"), truth);
                    return new Inspection.Shorter(dims, first[0], pca[0], pca[1]);
                })
                .toList();
    }

    /** Recall of an exact search of the images, and of four times as many candidates. */
    private double[] recalls(Pipeline pipeline, GroundTruth truth) {
        Transform transform = Transforms.train(pipeline, data.base(), Similarity.of(data.metric()));
        int candidates = Math.min(data.base().count(), RESCORED * truth.k());
        List<TopK.Hits> found = ExactPass.reducedNeighbours(transform, data.base(), data.queries(), candidates, memory);
        double[] sums = new double[2];
        for (int q = 0; q < found.size(); q++) {
            sums[0] += truth.shareAmong(q, found.get(q).ordinals(), truth.k());
            sums[1] += truth.shareAmong(q, found.get(q).ordinals(), candidates);
        }
        return Arrays.stream(sums).map(sum -> sum / found.size()).toArray();
    }
}
