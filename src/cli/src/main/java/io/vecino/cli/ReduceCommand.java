package io.vecino.cli;

import io.vecino.EngineFiles;
import io.vecino.cli.terminal.Console;
import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import io.vecino.model.QuantizerSpec;
import io.vecino.model.ReductionRequest;
import io.vecino.model.ReductionResult;
import io.vecino.model.TransformSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** Shorter vectors out of a file of vectors. */
@Command(
        name = "reduce",
        description = "Trains a reduction on a file of vectors and applies it, or applies one trained before.")
final class ReduceCommand extends CommonOptions implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "IN", description = "Vectors: .npy of float16 or float32, or .fvecs.")
    private @Nullable Path in;

    @Parameters(index = "1", paramLabel = "OUT", description = "Reduced vectors, .npy of float32.")
    private @Nullable Path out;

    @Option(
            names = "--method",
            description =
                    "pca, distill, leanvec, tldr, mpad, margin, kpca, autoencoder, truncate, random, whiten, abtt, rotate.")
    private @Nullable String method;

    @Option(
            names = "--dims",
            split = ",",
            description = "Dimensions to keep. For distill also several, as 192,96,48: one map that is good at each.")
    private List<Integer> dims = List.of();

    @Option(names = "--budget", description = "Of methods that descend: 60s, or steps such as 2000.")
    private @Nullable String budget;

    @Option(names = "--metric", defaultValue = "ip", description = "ip, l2 or cosine (default: ${DEFAULT-VALUE}).")
    private String metric = "ip";

    @Option(names = "--sample-queries", paramLabel = "FILE", description = "Queries that leanvec may learn from.")
    private @Nullable Path sampleQueries;

    @Option(
            names = "--through",
            paramLabel = "CODE",
            description = "Train distill through int8, int6, int4 or rabitq:BITS, which the vectors are meant for.")
    private @Nullable String through;

    @Option(names = "--model", paramLabel = "FILE", description = "Where to keep what was trained.")
    private @Nullable Path model;

    @Option(names = "--apply", paramLabel = "FILE", description = "A model trained before, instead of a method.")
    private @Nullable Path applied;

    @Option(names = "--as-queries", description = "With --apply: the vectors are to be searched for, not found.")
    private boolean asQueries;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean asJson;

    private final Console console;

    ReduceCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Path from = required("IN", in);
        Path to = required("OUT", out);
        ReductionResult result;
        try (StagedProgress progress = new StagedProgress(console)) {
            if (applied != null) {
                refuse("--method", method);
                refuse("--model", model);
                refuse("--sample-queries", sampleQueries);
                refuse("--through", through);
                result = EngineFiles.apply(applied, from, to, asQueries, progress);
            } else {
                refuse("--as-queries", asQueries ? "true" : null);
                ReductionRequest request = new ReductionRequest(
                        from,
                        Metric.parse(metric),
                        List.of(spec(required("--method or --apply", method))),
                        Optional.ofNullable(sampleQueries),
                        Optional.ofNullable(through).map(QuantizerSpec::parse),
                        to,
                        required("--model", model));
                result = EngineFiles.reduce(request, progress);
            }
        }
        print(result);
        return ExitCode.OK;
    }

    private TransformSpec spec(String name) {
        StringBuilder text = new StringBuilder(name);
        dims.forEach(count -> text.append(':').append(count));
        if (budget != null) {
            text.append('@').append(budget);
        }
        return TransformSpec.parse(text.toString());
    }

    private static <T> T required(String name, @Nullable T value) {
        if (value == null) {
            throw new EngineException.InvalidArgument(name, "a value", "none");
        }
        return value;
    }

    private static void refuse(String name, @Nullable Object value) {
        if (value != null) {
            throw new EngineException.InvalidArgument(
                    name, name.equals("--as-queries") ? "--apply beside it" : "no --apply beside it", value.toString());
        }
    }

    private void print(ReductionResult result) {
        if (asJson) {
            console.out()
                    .println(new JsonMapper()
                            .writeValueAsString(Map.of(
                                    "rows", result.rows(),
                                    "input_dimension", result.inputDimension(),
                                    "output_dimension", result.outputDimension(),
                                    "compared_by", result.comparedBy().toString(),
                                    "score", result.score(),
                                    "trained", result.trained(),
                                    "train_seconds", result.trainSeconds())));
            return;
        }
        console.out()
                .println(String.format(
                        Locale.ROOT,
                        "%,d vectors, %d -> %d dimensions, to be compared by %s (%s)",
                        result.rows(),
                        result.inputDimension(),
                        result.outputDimension(),
                        result.comparedBy(),
                        result.score()));
        console.out()
                .println(String.format(Locale.ROOT, "trained: %s; %.1f s", result.trained(), result.trainSeconds()));
    }
}
