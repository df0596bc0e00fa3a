package io.vecino.bench;

import io.vecino.measure.Chart;
import io.vecino.model.EngineException;
import io.vecino.model.Pipeline;
import io.vecino.model.TransformSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A table and a chart of what {@code ann --json} measured. */
@Command(
        name = "reductions",
        description = "Turns lines of ann --json into a Markdown table and a chart of recall by dimensions.",
        mixinStandardHelpOptions = true)
final class ReductionsCommand implements Callable<Integer> {
    private static final double LOWEST = 0.3;
    private static final int LABELS = 130;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "Lines that ann --json printed.")
    private @Nullable Path measured;

    @Option(names = "--chart", paramLabel = "SVG", description = "Where to draw recall by dimensions.")
    private @Nullable Path chart;

    @Option(names = "--by-bytes", description = "Draw recall by bytes instead, a line per reduction through its codes.")
    private boolean byBytes;

    /**
     * One measurement.
     *
     * @param method of the first transform
     * @param dims after the transforms, 0 if none are left out
     * @param plain whether codes are float32
     */
    private record Line(
            String pipeline,
            String method,
            int dims,
            boolean plain,
            double bytes,
            double recall,
            double labelled,
            double rank,
            double seconds) {
        static Line of(JsonNode node) {
            Pipeline pipeline = Pipeline.parse(node.required("pipeline").asString());
            boolean none = pipeline.transforms().isEmpty();
            return new Line(
                    pipeline.toString(),
                    none ? "none" : pipeline.transforms().getFirst().method().id(),
                    none ? 0 : kept(pipeline.transforms().getLast()),
                    pipeline.quantizer().toString().equals("f32"),
                    node.required("bytes_per_vector").asDouble(),
                    node.required("recall").asDouble(),
                    node.path("labelled_recall").asDouble(Double.NaN),
                    node.path("labelled_mrr").asDouble(Double.NaN),
                    node.required("train_s").asDouble());
        }

        private static int kept(TransformSpec spec) {
            return spec.method() == TransformSpec.Method.ABTT ? 0 : spec.dims();
        }

        String row() {
            return String.format(
                    Locale.ROOT,
                    "| `%s` | %.0f | %.4f | %.4f | %.3f | %.1f |",
                    pipeline,
                    bytes,
                    recall,
                    labelled,
                    rank,
                    seconds);
        }
    }

    @Override
    public Integer call() {
        Path file = Objects.requireNonNull(measured);
        List<Line> lines = new ArrayList<>();
        try {
            for (String text : Files.readAllLines(file)) {
                lines.add(Line.of(JsonMapper.shared().readTree(text)));
            }
            out("| pipeline | bytes | held-out recall@10 | labelled recall@10 | labelled MRR@10 | training, s |");
            out("|---|---|---|---|---|---|");
            lines.forEach(line -> out(line.row()));
            if (chart != null) {
                Files.writeString(chart, chart(lines).svg());
            }
        } catch (IOException e) {
            throw new EngineException.InvalidArgument(file.toString(), "a readable file", e.toString());
        }
        return 0;
    }

    private Chart chart(List<Line> lines) {
        if (byBytes) {
            Map<String, Map<Double, Double>> reductions = new TreeMap<>();
            lines.forEach(line -> reductions
                    .computeIfAbsent(
                            line.pipeline().substring(0, line.pipeline().indexOf('/')), _ -> new TreeMap<>())
                    .merge(line.bytes(), line.recall(), Math::max));
            Chart chart = new Chart("bytes per vector; recall@10 upwards", LOWEST, LABELS);
            reductions.forEach(chart::line);
            return chart;
        }
        Map<String, Map<Double, Double>> methods = new TreeMap<>();
        lines.stream()
                .filter(line -> line.plain() && line.dims() > 0)
                .forEach(line -> methods.computeIfAbsent(line.method(), _ -> new TreeMap<>())
                        .put((double) line.dims(), line.recall()));
        Chart chart = new Chart("dimensions kept; recall@10 upwards", LOWEST, LABELS);
        methods.forEach(chart::line);
        return chart;
    }

    private void out(String line) {
        if (spec != null) {
            spec.commandLine().getOut().println(line);
        }
    }
}
