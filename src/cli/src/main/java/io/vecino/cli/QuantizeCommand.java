package io.vecino.cli;

import io.vecino.EngineCodes;
import io.vecino.cli.terminal.Console;
import io.vecino.model.CodeQuality;
import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import io.vecino.model.Pipeline;
import io.vecino.model.QuantizationResult;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** Codes out of a file of vectors, and vectors out of codes. */
@Command(
        name = "quantize",
        description =
                "Trains a pipeline on a file of vectors and writes codes, applies one trained before, or decodes.")
final class QuantizeCommand extends CommonOptions implements Callable<Integer> {
    @Parameters(
            index = "0",
            paramLabel = "IN",
            description = "Vectors (.npy of float16 or float32, .fvecs); with --decode: codes.")
    private Path in = Path.of("");

    @Parameters(index = "1", paramLabel = "OUT", description = "Codes; with --decode: vectors, .npy of float32.")
    private Path out = Path.of("");

    @Option(
            names = "--model",
            required = true,
            paramLabel = "FILE",
            description = "Where to keep what was trained, or what was trained before.")
    private Path model = Path.of("");

    @Option(
            names = "--pipeline",
            description = "What to train, such as none/int8 or pca:192/rabitq:4; without it the model is applied.")
    private @Nullable String pipeline;

    @Option(names = "--metric", description = "ip, l2 or cosine (default: ip). With --pipeline alone.")
    private @Nullable String metric;

    @Option(names = "--decode", description = "Turn codes back into vectors.")
    private boolean decode;

    @Option(
            names = "--queries",
            paramLabel = "FILE",
            description = "Vectors to search for: also print recall and score error of the codes.")
    private @Nullable Path queries;

    @Option(names = "--k", defaultValue = "10", description = "Neighbours for the recall (default: ${DEFAULT-VALUE}).")
    private int k;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean asJson;

    private final Console console;

    QuantizeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (decode) {
            refuse("--pipeline", pipeline);
            refuse("--queries", queries);
        }
        if (pipeline == null) {
            refuse("--metric", metric);
        }
        QuantizationResult result = pipeline != null
                ? EngineCodes.quantize(
                        in, Metric.parse(metric == null ? "ip" : metric), Pipeline.parse(pipeline), out, model)
                : decode ? EngineCodes.decode(model, in, out) : EngineCodes.encode(model, in, out);
        print(result, queries == null ? null : EngineCodes.quality(model, in, queries, k));
        return ExitCode.OK;
    }

    private static void refuse(String name, @Nullable Object value) {
        if (value != null) {
            throw new EngineException.InvalidArgument(name, "none here", value.toString());
        }
    }

    private void print(QuantizationResult result, @Nullable CodeQuality quality) {
        if (asJson) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("rows", result.rows());
            line.put("dimension", result.dimension());
            line.put("pipeline", result.pipeline().toString());
            line.put("bytes_per_vector", result.bytesPerVector());
            line.put("trained", result.trained());
            line.put("train_seconds", result.trainSeconds());
            line.put("seconds", result.seconds());
            if (quality != null) {
                line.put("k", quality.k());
                line.put("recall", quality.recall());
                line.put("score_error", quality.scoreError());
            }
            console.out().println(new JsonMapper().writeValueAsString(line));
            return;
        }
        console.out()
                .println(String.format(
                        Locale.ROOT,
                        "%,d vectors of %d dimensions, %s: %d bytes each instead of %d; %s in %.1f s%s",
                        result.rows(),
                        result.dimension(),
                        result.pipeline(),
                        result.bytesPerVector(),
                        result.dimension() * Float.BYTES,
                        decode ? "decoded" : "encoded",
                        result.seconds(),
                        result.trainSeconds() > 0
                                ? String.format(Locale.ROOT, ", trained in %.1f s", result.trainSeconds())
                                : ""));
        if (quality != null) {
            console.out()
                    .println(String.format(
                            Locale.ROOT,
                            "recall@%d %.4f without rescoring, mean score error %.5f",
                            quality.k(),
                            quality.recall(),
                            quality.scoreError()));
        }
    }
}
