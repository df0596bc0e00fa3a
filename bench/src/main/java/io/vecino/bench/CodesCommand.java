package io.vecino.bench;

import io.vecino.measure.GroundTruth;
import io.vecino.measure.IndexTrial;
import io.vecino.measure.ScoreError;
import io.vecino.model.IndexSpec;
import io.vecino.model.Metric;
import io.vecino.model.Pipeline;
import io.vecino.model.SearchParams;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** What each code keeps and costs, scanned in full on one thread. */
@Command(
        name = "codes",
        description = "Recall, score error, size, encoding and scan speed of codes on vector files.",
        mixinStandardHelpOptions = true)
final class CodesCommand implements Callable<Integer> {
    private static final int RESCORED = 10;
    private static final int[] DEPTHS = {10, 100};

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--base", required = true, description = "Vectors to encode.")
    private @Nullable Path base;

    @Option(names = "--queries", required = true, description = "Vectors to search for; never used for training.")
    private @Nullable Path queries;

    @Option(names = "--metric", defaultValue = "ip", description = "ip, l2 or cosine (default: ${DEFAULT-VALUE}).")
    private String metric = "ip";

    @Option(
            names = "--codes",
            split = ",",
            description = "Codes (int8, rabitq:1) or whole pipelines (pca:192/int8), separated by commas.")
    private List<String> codes = List.of();

    @Option(names = "--faiss", split = ";", description = "FAISS factory strings, separated by semicolons.")
    private List<String> factories = List.of();

    @Option(names = "--memory", defaultValue = "16", description = "Budget in GiB (default: ${DEFAULT-VALUE}).")
    private int memoryGib;

    @Option(names = "--json", description = "One JSON object per line.")
    private boolean json;

    @Override
    public Integer call() {
        Metric parsedMetric = Metric.parse(metric);
        List<Pipeline> pipelines = codes.stream()
                .map(code -> Pipeline.parse(code.contains("/") ? code : "none/" + code))
                .toList();
        Similarity similarity = Similarity.of(parsedMetric);
        NativeMemory memory = new NativeMemory((long) memoryGib << 30);
        double streamed = StreamedRead.bytesPerSecond(memory);
        try (LoadedVectors rows = LoadedVectors.read(Objects.requireNonNull(base), parsedMetric, memory);
                LoadedVectors searched = LoadedVectors.read(Objects.requireNonNull(queries), parsedMetric, memory)) {
            rows.requireSameDimension(searched);
            Bench bench = new Bench(rows.rows(), searched.rows(), similarity, memory, streamed);
            pipelines.forEach(pipeline -> print(bench.measure(pipeline.toString(), pipeline, new IndexSpec.Flat())));
            factories.forEach(
                    factory -> print(bench.measure("faiss:" + factory, Pipeline.NONE, new IndexSpec.Faiss(factory))));
        }
        return 0;
    }

    /** The vectors, and their exact neighbours at each depth. */
    private record Bench(
            Rows rows,
            Rows queries,
            Similarity similarity,
            NativeMemory memory,
            double streamed,
            List<GroundTruth> truths) {
        Bench(Rows rows, Rows queries, Similarity similarity, NativeMemory memory, double streamed) {
            this(
                    rows,
                    queries,
                    similarity,
                    memory,
                    streamed,
                    List.of(
                            GroundTruth.exact(rows, queries, similarity, DEPTHS[0]),
                            GroundTruth.exact(rows, queries, similarity, DEPTHS[1])));
        }

        Map<String, Object> measure(String name, Pipeline pipeline, IndexSpec index) {
            try (IndexTrial trial = IndexTrial.build(rows, similarity, pipeline, index, memory)) {
                IndexTrial.Outcome plain = run(trial, 0, 1);
                double scanned = plain.qps() * rows.count();
                double rate = scanned * trial.bytesPerVector();
                Map<String, Object> line = Json.object(
                        "code", name,
                        "score", trial.pipeline().transform().scoreName(),
                        "bytes_per_vector", trial.bytesPerVector(),
                        "recall10", plain.recall(),
                        "recall100", run(trial, 1, 1).recall(),
                        "rescored10", run(trial, 0, RESCORED).recall(),
                        "rescored100", run(trial, 1, RESCORED).recall(),
                        "train_s", trial.trainSeconds(),
                        "encode_per_s", rows.count() / trial.buildSeconds(),
                        "scan_per_s", scanned,
                        "scan_gb_per_s", rate / 1e9,
                        "streamed_gb_per_s", streamed / 1e9,
                        "share_of_streamed", rate / streamed);
                if (index instanceof IndexSpec.Flat) {
                    line.put("score_error", ScoreError.mean(trial.pipeline(), rows, queries, similarity));
                }
                return line;
            }
        }

        private IndexTrial.Outcome run(IndexTrial trial, int depth, float oversample) {
            SearchParams params = new SearchParams(OptionalInt.empty(), OptionalInt.empty(), oversample, false);
            return trial.measure(queries, truths.get(depth), params, 1);
        }
    }

    private void print(Map<String, Object> line) {
        String text = json ? JsonMapper.shared().writeValueAsString(line) : text(line);
        Objects.requireNonNull(spec).commandLine().getOut().println(text);
    }

    private static String text(Map<String, Object> line) {
        StringBuilder text = new StringBuilder();
        line.forEach((name, value) -> {
            String shown =
                    value instanceof Double number ? String.format(Locale.ROOT, "%,.4f", number) : value.toString();
            text.append(name).append(' ').append(shown).append("  ");
        });
        return text.toString().stripTrailing();
    }
}
