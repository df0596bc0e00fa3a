package io.vecino.bench;

import io.vecino.Engine;
import io.vecino.EngineCollection;
import io.vecino.EngineConfig;
import io.vecino.model.CollectionConfig;
import io.vecino.model.Durability;
import io.vecino.model.EngineException;
import io.vecino.model.FieldType;
import io.vecino.model.IndexSpec;
import io.vecino.model.Metric;
import io.vecino.model.Pipeline;
import io.vecino.model.SearchParams;
import io.vecino.storage.NativeMemory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a whole engine does over its life: loading beside searches, restarting, filters, updates and deletes. */
@Command(
        name = "engine",
        description =
                "Upserts beside searches, restart, filtered recall and recall after churn, in a directory of its own.",
        mixinStandardHelpOptions = true)
final class EngineCommand implements Callable<Integer> {
    private static final long MEMORY = 12L << 30;

    /** What to measure. */
    enum Trial {
        UPSERT,
        LOAD,
        RESTART,
        FILTER,
        CHURN
    }

    @Option(names = "--trial", required = true, description = "upsert, load, restart, filter or churn.")
    private @Nullable Trial trial;

    @Option(names = "--base", required = true, description = "Vectors to store; repeated if more are asked for.")
    private @Nullable Path base;

    @Option(names = "--queries", required = true, description = "Vectors to search for.")
    private @Nullable Path queries;

    @Option(names = "--points", defaultValue = "0", description = "Points to store (default: all of the base).")
    private int points;

    @Option(names = "--dimensions", defaultValue = "0", description = "Leading dimensions to keep (default: all).")
    private int dimensions;

    @Option(names = "--metric", defaultValue = "ip", description = "ip, l2 or cosine (default: ${DEFAULT-VALUE}).")
    private String metric = "ip";

    @Option(names = "--pipeline", defaultValue = "none/int8", description = "Pipeline (default: ${DEFAULT-VALUE}).")
    private String pipeline = "none/int8";

    @Option(names = "--index", defaultValue = "flat", description = "Index (default: ${DEFAULT-VALUE}).")
    private String index = "flat";

    @Option(names = "--durability", defaultValue = "wal", description = "fsync or wal (default: ${DEFAULT-VALUE}).")
    private String durability = "wal";

    @Option(names = "--oversample", defaultValue = "4", description = "As of a search (default: ${DEFAULT-VALUE}).")
    private float oversample;

    @Option(names = "--measured", defaultValue = "100", description = "Queries for recall (default: ${DEFAULT-VALUE}).")
    private int measured;

    @Option(
            names = "--searches-per-s",
            defaultValue = "0",
            description = "Of upsert: most searches beside (default: any).")
    private int searchesPerSecond;

    @Option(names = "--unsealed", defaultValue = "0", description = "Of load: points to store again after sealing.")
    private int unsealed;

    @Option(names = "--halt", description = "Of load: end the process without closing the engine.")
    private boolean halt;

    @Option(
            names = "--directory",
            required = true,
            description = "For the data, left behind: of restart the one of load, else a new one.")
    private @Nullable Path directory;

    @Override
    public Integer call() {
        Path data = Objects.requireNonNull(directory);
        boolean restart = trial == Trial.RESTART;
        if (Files.exists(data) != restart) {
            throw new EngineException.InvalidArgument(
                    "--directory", restart ? "the directory of load" : "one that does not exist", data.toString());
        }
        NativeMemory memory = new NativeMemory(MEMORY);
        Metric parsed = Metric.parse(metric);
        try (LoadedVectors rows = LoadedVectors.read(Objects.requireNonNull(base), parsed, memory);
                LoadedVectors searched = LoadedVectors.read(Objects.requireNonNull(queries), parsed, memory)) {
            rows.requireSameDimension(searched);
            EngineInput input = new EngineInput(
                    rows.rows(),
                    searched.rows(),
                    points == 0 ? rows.rows().count() : points,
                    dimensions == 0 ? rows.rows().dimension() : dimensions);
            EngineConfig settings = EngineConfig.of(data).withMemoryLimit(MEMORY);
            if (restart) {
                EngineTrials.restart(settings, input);
            } else {
                run(settings, input, parsed);
            }
        }
        return 0;
    }

    private void run(EngineConfig settings, EngineInput input, Metric parsed) {
        CollectionConfig config = new CollectionConfig(
                input.dimension(),
                parsed,
                Pipeline.parse(pipeline),
                IndexSpec.parse(index),
                Durability.parse(durability),
                trial == Trial.FILTER ? Map.of("random", FieldType.INTEGER, "direction", FieldType.INTEGER) : Map.of());
        SearchParams params = new SearchParams(OptionalInt.empty(), OptionalInt.empty(), oversample, false);
        try (Engine engine = Engine.open(settings)) {
            EngineCollection docs = engine.create(EngineTrials.COLLECTION, config);
            switch (Objects.requireNonNull(trial)) {
                case UPSERT -> EngineTrials.upsertBesideSearches(docs, input, searchesPerSecond);
                case LOAD, RESTART -> {
                    EngineTrials.load(docs, input, unsealed);
                    if (halt) {
                        Runtime.getRuntime().halt(0);
                    }
                }
                case FILTER -> new EngineRecall(input, params, measured).filter(docs);
                case CHURN -> new EngineRecall(input, params, measured).churn(docs, engine.create("fresh", config));
            }
        }
    }
}
