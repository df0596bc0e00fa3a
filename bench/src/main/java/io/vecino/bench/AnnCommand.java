package io.vecino.bench;

import io.vecino.EngineLibraries;
import io.vecino.measure.GroundTruth;
import io.vecino.measure.IndexTrial;
import io.vecino.model.Device;
import io.vecino.model.IndexSpec;
import io.vecino.model.Metric;
import io.vecino.model.Pipeline;
import io.vecino.model.ProgressListener;
import io.vecino.model.SearchParams;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.FakeQuantizer;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import io.vecino.transform.TransformTraining;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Recall against exact search in the original space, queries per second, and bytes, on files of vectors. */
@Command(
        name = "ann",
        description = "Recall, speed and size of an index on vector files (.npy f2/f4, .fvecs).",
        mixinStandardHelpOptions = true)
final class AnnCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--base", required = true, description = "Vectors to index.")
    private @Nullable Path base;

    @Option(names = "--queries", required = true, description = "Vectors to search for; never used for training.")
    private @Nullable Path queries;

    @Option(names = "--metric", defaultValue = "ip", description = "ip, l2 or cosine (default: ${DEFAULT-VALUE}).")
    private String metric = "ip";

    @Option(names = "--k", defaultValue = "10", description = "Neighbours (default: ${DEFAULT-VALUE}).")
    private int k;

    @Option(names = "--threads", defaultValue = "1", description = "Search threads (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--index",
            defaultValue = "flat",
            description = "flat, graph:fast, graph:lean or faiss:<factory string> (default: ${DEFAULT-VALUE}).")
    private String index = "flat";

    @Option(
            names = "--pipeline",
            defaultValue = "none/f32",
            split = ",",
            description = "Pipelines, separated by commas (default: ${DEFAULT-VALUE}).")
    private List<String> pipelines = List.of();

    @Option(
            names = "--oversample",
            defaultValue = "1",
            description = "Candidates per result rescored with the originals; 1 does not rescore.")
    private float oversample;

    @Option(names = "--batch", description = "Search all queries in one call, with --threads threads.")
    private boolean batch;

    @Option(names = "--sweep", description = "A parameter and its values: efSearch=10,16,32 or nprobe=1,4,16.")
    private @Nullable String sweep;

    @Option(
            names = "--selectivity",
            split = ",",
            description = "Measure again under filters that accept this share of the rows by chance: 0.5,0.1.")
    private List<Double> selectivities = List.of();

    @Option(
            names = "--labelled",
            description = "More queries, with known answers in --qrels; adds recall and MRR on them.")
    private @Nullable Path labelled;

    @Option(names = "--qrels", description = "Lines of query row, tab, relevant base row.")
    private @Nullable Path qrels;

    @Option(
            names = "--learn",
            paramLabel = "N",
            description =
                    "Give the first N labelled queries to transforms that learn from queries; measure on the rest.")
    private int learned;

    @Option(
            names = "--through-codes",
            description = "Train distill through a stand-in for the quantizer behind it: int8, int6, int4 or rabitq.")
    private boolean throughCodes;

    @Option(names = "--memory", defaultValue = "16", description = "Budget in GiB (default: ${DEFAULT-VALUE}).")
    private int memoryGib;

    @Option(
            names = "--device",
            defaultValue = "cpu",
            description = "cpu, gpu or auto, for FAISS indexes (default: ${DEFAULT-VALUE}).")
    private String device = "cpu";

    @Option(names = "--json", description = "One JSON object per line.")
    private boolean json;

    @Override
    public Integer call() {
        EngineLibraries.useDevice(Device.parse(device));
        Metric parsedMetric = Metric.parse(metric);
        IndexSpec indexSpec = IndexSpec.parse(index);
        List<Pipeline> parsed = pipelines.stream().map(Pipeline::parse).toList();
        List<Effort> efforts = Effort.parse(sweep, oversample);
        Similarity similarity = Similarity.of(parsedMetric);
        NativeMemory memory = new NativeMemory((long) memoryGib << 30);
        try (LoadedVectors rows = LoadedVectors.read(required(base), parsedMetric, memory);
                LoadedVectors searched = LoadedVectors.read(required(queries), parsedMetric, memory)) {
            rows.requireSameDimension(searched);
            err("exact search of " + searched.rows().count() + " queries in "
                    + rows.rows().count() + " rows");
            GroundTruth truth = GroundTruth.exact(rows.rows(), searched.rows(), similarity, k);
            LabelledQueries answered = labelled == null || qrels == null
                    ? null
                    : LabelledQueries.read(labelled, qrels, rows, parsedMetric, k, learned, memory);
            TransformTraining training = new TransformTraining(
                    answered == null || learned == 0 ? Optional.empty() : Optional.of(answered.learned()),
                    ProgressListener.NONE);
            for (Pipeline pipeline : parsed) {
                err("building " + index + " over " + pipeline);
                try (IndexTrial trial = IndexTrial.build(
                        rows.rows(),
                        similarity,
                        pipeline,
                        indexSpec,
                        memory,
                        batch ? threads : 1,
                        throughCodes ? training.behind(FakeQuantizer.of(pipeline.quantizer())) : training)) {
                    for (Effort effort : efforts) {
                        report(
                                pipeline,
                                effort.named(),
                                effort,
                                trial,
                                batch
                                        ? trial.measureBatch(searched.rows(), truth, effort.params())
                                        : trial.measure(searched.rows(), truth, effort.params(), threads),
                                answered == null ? null : answered.measure(trial, effort.params(), threads));
                    }
                    for (double share : selectivities) {
                        filtered(share, pipeline, efforts, trial, rows.rows(), searched.rows(), similarity, memory);
                    }
                }
            }
        }
        return 0;
    }

    private void filtered(
            double share,
            Pipeline pipeline,
            List<Effort> efforts,
            IndexTrial trial,
            Rows rows,
            Rows searched,
            Similarity similarity,
            NativeMemory memory) {
        try (Selectivity filter = Selectivity.of(share, rows, searched, similarity, k, memory)) {
            for (Effort effort : efforts) {
                Map<String, Object> named = effort.named();
                named.put("selectivity", share);
                report(
                        pipeline,
                        named,
                        effort,
                        trial,
                        trial.measure(searched, filter.truth(), filter.filter(), effort.params(), threads),
                        null);
            }
        }
    }

    private static Path required(@Nullable Path path) {
        if (path == null) {
            throw new IllegalStateException("picocli checks required options");
        }
        return path;
    }

    private void report(
            Pipeline pipeline,
            Map<String, Object> named,
            Effort effort,
            IndexTrial trial,
            IndexTrial.Outcome outcome,
            LabelledQueries.@Nullable Outcome answers) {
        String score = trial.pipeline().transform().scoreName();
        SearchParams params = effort.params();
        if (json) {
            Map<String, Object> line = Json.object(
                    "index", index,
                    "pipeline", pipeline.toString(),
                    "params", named,
                    "score", score,
                    "recall", outcome.recall(),
                    "qps", outcome.qps(),
                    "p50_us", outcome.p50Micros(),
                    "p99_us", outcome.p99Micros(),
                    "train_s", trial.trainSeconds(),
                    "build_s", trial.buildSeconds(),
                    "bytes_per_vector", trial.bytesPerVector(),
                    "resident_bytes_per_vector", trial.residentBytesPerVector(),
                    "threads", threads);
            line.put("trained", trial.pipeline().transform().origin());
            if (answers != null) {
                line.put("labelled_recall", answers.recall());
                line.put("labelled_mrr", answers.reciprocalRank());
            }
            out(JsonMapper.shared().writeValueAsString(line));
        } else {
            out(String.format(
                    Locale.ROOT,
                    "%-24s %-18s %-22s recall@%d %.4f  %,9.0f q/s  p50 %,7.0f µs  p99 %,7.0f µs  %6.1f bytes%s  build %.1f s%s",
                    index,
                    pipeline,
                    named,
                    k,
                    outcome.recall(),
                    outcome.qps(),
                    outcome.p50Micros(),
                    outcome.p99Micros(),
                    trial.bytesPerVector(),
                    trial.residentBytesPerVector() < trial.bytesPerVector()
                            ? String.format(Locale.ROOT, " (%.1f resident)", trial.residentBytesPerVector())
                            : "",
                    trial.trainSeconds() + trial.buildSeconds(),
                    params.oversample() > 1 ? "  rescored" : ""));
            if (answers != null) {
                out(String.format(
                        Locale.ROOT,
                        "  labelled queries: recall@%d %.4f  MRR@%d %.4f",
                        k,
                        answers.recall(),
                        k,
                        answers.reciprocalRank()));
            }
        }
    }

    private void out(String line) {
        if (spec != null) {
            spec.commandLine().getOut().println(line);
        }
    }

    private void err(String line) {
        if (spec != null) {
            spec.commandLine().getErr().println(line);
        }
    }
}
