package io.vecino.bench;

import io.vecino.Engine;
import io.vecino.EngineCollection;
import io.vecino.EngineConfig;
import io.vecino.bench.serve.EmbeddedTarget;
import io.vecino.bench.serve.GrpcTarget;
import io.vecino.bench.serve.Load;
import io.vecino.bench.serve.RestTarget;
import io.vecino.bench.serve.ServerChild;
import io.vecino.bench.serve.Target;
import io.vecino.model.CollectionConfig;
import io.vecino.model.Durability;
import io.vecino.model.Encoding;
import io.vecino.model.IndexSpec;
import io.vecino.model.Metric;
import io.vecino.model.Pipeline;
import io.vecino.storage.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** What a server costs over the engine in it: the same load on the engine in this process, over gRPC and over REST. */
@Command(
        name = "serve",
        description =
                "Load on a server of its own, in another process: latency and throughput of the engine alone, of gRPC "
                        + "and of REST, one after the other.",
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
    private static final long MEMORY = 4L << 30;
    private static final double WARM_UP_SECONDS = 3;
    private static final String COLLECTION = "bench";

    /** What the load is. */
    enum Mode {
        /** Each searcher asks again when it has its answer. */
        CLOSED,
        /** Searches come at a rate, whether answers do or not. */
        OPEN,
        /** Vectors are stored. */
        UPSERT
    }

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--mode", defaultValue = "closed", description = "closed, open or upsert (default: closed).")
    private Mode mode = Mode.CLOSED;

    @Option(names = "--base", required = true, description = "Vectors to store.")
    private @Nullable Path base;

    @Option(names = "--queries", required = true, description = "Vectors to search for.")
    private @Nullable Path queries;

    @Option(names = "--metric", defaultValue = "ip", description = "ip, l2 or cosine (default: ${DEFAULT-VALUE}).")
    private String metric = "ip";

    @Option(names = "--pipeline", description = "Pipeline (default: what the index works best with).")
    private @Nullable String pipeline;

    @Option(names = "--index", defaultValue = "flat", description = "Index (default: ${DEFAULT-VALUE}).")
    private String index = "flat";

    @Option(names = "--durability", defaultValue = "fsync", description = "fsync or wal (default: ${DEFAULT-VALUE}).")
    private String durability = "fsync";

    @Option(names = "--k", defaultValue = "10", description = "Neighbours (default: ${DEFAULT-VALUE}).")
    private int k;

    @Option(
            names = "--threads",
            split = ",",
            defaultValue = "1",
            description = "Searchers, or streams of upserts; a run for each number (default: ${DEFAULT-VALUE}).")
    private List<Integer> threads = List.of();

    @Option(names = "--seconds", defaultValue = "10", description = "Of each run (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = "--rate", defaultValue = "100", description = "Searches per second of an open load.")
    private double rate;

    @Option(
            names = "--batch",
            defaultValue = "1000",
            description = "Vectors per message of upsert (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--targets",
            split = ",",
            defaultValue = "embedded,grpc,rest",
            description = "Which of embedded, grpc and rest (default: all).")
    private List<String> targets = List.of();

    @Option(names = "--json", description = "One JSON object per line.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Metric parsed = Metric.parse(metric);
        Optional<Pipeline> wanted = Optional.ofNullable(pipeline).map(Pipeline::parse);
        Optional<IndexSpec> over = Optional.of(IndexSpec.parse(index));
        Durability kept = Durability.parse(durability);
        Path data = Files.createTempDirectory("vecino-bench-");
        try (LoadedVectors rows = LoadedVectors.read(Objects.requireNonNull(base), parsed, new NativeMemory(MEMORY));
                LoadedVectors searched =
                        LoadedVectors.read(Objects.requireNonNull(queries), parsed, new NativeMemory(MEMORY))) {
            rows.requireSameDimension(searched);
            EngineInput input = new EngineInput(
                    rows.rows(),
                    searched.rows(),
                    rows.rows().count(),
                    rows.rows().dimension());
            Encoding encoding = Encoding.of(input.dimension(), wanted, over);
            pipeline = encoding.pipeline().toString();
            CollectionConfig config =
                    new CollectionConfig(input.dimension(), parsed, encoding.pipeline(), encoding.index(), kept);
            if (mode == Mode.UPSERT) {
                for (int streams : threads) {
                    upserts(data, input, config, streams);
                }
            } else {
                searches(data, input, config);
            }
        } finally {
            deleteTree(data);
        }
        return 0;
    }

    private void searches(Path data, EngineInput input, CollectionConfig config) {
        try (Engine engine = Engine.open(EngineConfig.of(data))) {
            EngineCollection collection = engine.create(COLLECTION, config);
            err("loading " + input.points() + " vectors");
            var _ = input.putAll(collection);
            collection.optimize();
            if (targets.contains("embedded")) {
                search(new EmbeddedTarget(collection), input);
            }
        }
        try (ServerChild server = new ServerChild(data)) {
            for (Target target : remote(server, COLLECTION)) {
                try (target) {
                    search(target, input);
                }
            }
        }
    }

    private List<Target> remote(ServerChild server, String collection) {
        List<Target> remote = new ArrayList<>();
        if (targets.contains("grpc")) {
            remote.add(new GrpcTarget("127.0.0.1", server.grpcPort(), collection));
        }
        if (targets.contains("rest")) {
            remote.add(new RestTarget(server.restUrl(), collection));
        }
        return remote;
    }

    private void search(Target target, EngineInput input) {
        for (int searchers : threads) {
            err(target.name() + ", " + searchers + " searchers");
            double perSecond = mode == Mode.OPEN ? rate : 0;
            Load load = new Load(searchers, seconds, perSecond, k, input::query);
            var _ = new Load(searchers, WARM_UP_SECONDS, perSecond, k, input::query).run(target);
            report(target, searchers, load.run(target));
        }
    }

    private void report(Target target, int searchers, Load.Outcome outcome) {
        if (outcome.error() != null) {
            err(target.name() + ": " + outcome.error());
        }
        Map<String, Object> line = Json.object(
                "target", target.name(),
                "mode", mode.name().toLowerCase(Locale.ROOT),
                "index", index,
                "pipeline", Objects.requireNonNull(pipeline),
                "threads", searchers,
                "seconds", outcome.seconds(),
                "searches", outcome.latencies().getTotalCount(),
                "errors", outcome.errors(),
                "qps", outcome.latencies().getTotalCount() / outcome.seconds(),
                "p50_us", micros(outcome.latencies(), 50),
                "p99_us", micros(outcome.latencies(), 99),
                "p999_us", micros(outcome.latencies(), 99.9),
                "corrected_p50_us", micros(outcome.corrected(), 50),
                "corrected_p99_us", micros(outcome.corrected(), 99),
                "overhead_p50_us", micros(outcome.overheads(), 50),
                "overhead_p99_us", micros(outcome.overheads(), 99));
        print(
                line,
                String.format(
                        Locale.ROOT,
                        "%-9s %3d searchers %,9.0f q/s  p50 %,8.0f µs  p99 %,8.0f µs  p99.9 %,8.0f µs  "
                                + "corrected p99 %,8.0f µs  over the engine's p50 %,6.0f µs  errors %d",
                        target.name(),
                        searchers,
                        outcome.latencies().getTotalCount() / outcome.seconds(),
                        micros(outcome.latencies(), 50),
                        micros(outcome.latencies(), 99),
                        micros(outcome.latencies(), 99.9),
                        micros(outcome.corrected(), 99),
                        micros(outcome.overheads(), 50),
                        outcome.errors()));
    }

    private static double micros(org.HdrHistogram.Histogram histogram, double percentile) {
        return histogram.getValueAtPercentile(percentile) / 1e3;
    }

    private void upserts(Path data, EngineInput input, CollectionConfig config, int streams) {
        Path embedded = data.resolve("embedded-" + streams);
        if (targets.contains("embedded")) {
            try (Engine engine = Engine.open(EngineConfig.of(embedded))) {
                EngineCollection collection = engine.create(COLLECTION, config);
                upsert(new EmbeddedTarget(collection), input, streams);
            }
        }
        for (String name : targets) {
            if (name.equals("embedded")) {
                continue;
            }
            Path served = data.resolve(name + "-" + streams);
            try (Engine engine = Engine.open(EngineConfig.of(served))) {
                var _ = engine.create(COLLECTION, config);
            }
            try (ServerChild server = new ServerChild(served)) {
                for (Target target : remote(server, COLLECTION)) {
                    try (target) {
                        if (target.name().equals(name)) {
                            upsert(target, input, streams);
                        }
                    }
                }
            }
        }
    }

    /** Stores everything once to warm up, then again under the same ids and measured. */
    private void upsert(Target target, EngineInput input, int streams) {
        err(target.name() + ", " + streams + " streams");
        double _ = Upserts.run(target, input, streams, batch);
        double took = Upserts.run(target, input, streams, batch);
        double perSecond = input.points() / took;
        Map<String, Object> line = Json.object(
                "target", target.name(),
                "mode", "upsert",
                "index", index,
                "pipeline", Objects.requireNonNull(pipeline),
                "durability", durability,
                "threads", streams,
                "batch", batch,
                "dimension", input.dimension(),
                "vectors", input.points(),
                "seconds", took,
                "vectors_per_s", perSecond);
        print(
                line,
                String.format(
                        Locale.ROOT,
                        "%-9s %3d streams %,9.0f vectors/s of %d dimensions, %s",
                        target.name(),
                        streams,
                        perSecond,
                        input.dimension(),
                        durability));
    }

    private void print(Map<String, Object> line, String text) {
        var out = Objects.requireNonNull(spec).commandLine().getOut();
        out.println(json ? JsonMapper.shared().writeValueAsString(line) : text);
        out.flush();
    }

    private void err(String text) {
        Objects.requireNonNull(spec).commandLine().getErr().println(text);
    }

    private static void deleteTree(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
