package io.vecino.cli;

import io.vecino.Engine;
import io.vecino.EngineConfig;
import io.vecino.EngineFiles;
import io.vecino.EngineMeasures;
import io.vecino.cli.client.VecinoClient;
import io.vecino.cli.terminal.Console;
import io.vecino.cli.terminal.Host;
import io.vecino.model.EngineException;
import io.vecino.model.FileRecallRequest;
import io.vecino.model.IndexSpec;
import io.vecino.model.Metric;
import io.vecino.model.Pipeline;
import io.vecino.model.PointId;
import io.vecino.model.RecallRequest;
import io.vecino.model.SearchParams;
import io.vecino.server.FilterText;
import io.vecino.server.report.Json;
import io.vecino.server.report.Reports;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** Recall, and what each step of a search costs of it. */
@Command(
        name = "measure",
        description = {
            "Measures recall against exact search, and what reduction, code, index, rescoring and filter each cost.",
            "Of a collection:  vecino measure docs --data DIR [--queries FILE]",
            "Of files:         vecino measure --base FILE --queries FILE --pipeline pca:192/int8 --index graph:lean"
        })
final class MeasureCommand extends CommonOptions implements Callable<Integer> {
    private static final int MOST_QUERIES = 10_000;

    @Parameters(index = "0", arity = "0..1", paramLabel = "COLLECTION", description = "Name of the collection.")
    private @Nullable String collection;

    @ArgGroup
    private @Nullable DataSource source;

    @Option(names = "--base", paramLabel = "FILE", description = "Vectors to measure on, instead of a collection.")
    private @Nullable Path base;

    @Option(
            names = "--queries",
            paramLabel = "FILE",
            description = "Vectors to search for. Default: stored points of the collection.")
    private @Nullable Path queries;

    @Option(names = "--sample", description = "Stored points to search near (default: ${DEFAULT-VALUE}).")
    private int sample = RecallRequest.DEFAULT.sample();

    @Option(names = "--metric", description = "With --base: ip, l2 or cosine (default: ${DEFAULT-VALUE}).")
    private String metric = "ip";

    @Option(names = "--pipeline", description = "With --base (default: ${DEFAULT-VALUE}).")
    private String pipeline = "none/f32";

    @Option(
            names = "--index",
            description = "With --base: flat, graph:fast, graph:lean, faiss:<factory> (default: ${DEFAULT-VALUE}).")
    private String index = "flat";

    @Option(names = "--k", description = "Neighbours compared (default: ${DEFAULT-VALUE}).")
    private int k = RecallRequest.DEFAULT.k();

    @Option(names = "--oversample", description = "Candidates per result to rescore (default: ${DEFAULT-VALUE}).")
    private float oversample = SearchParams.DEFAULT.oversample();

    @Option(names = "--ef-search", paramLabel = "N", description = "Effort of a graph.")
    private @Nullable Integer efSearch;

    @Option(names = "--nprobe", paramLabel = "N", description = "Inverted lists to visit.")
    private @Nullable Integer nprobe;

    @Option(names = "--filter", paramLabel = "JSON", description = "Search again under this filter.")
    private @Nullable String filter;

    @Option(
            names = "--qrels",
            paramLabel = "FILE",
            description = "Known answers: lines of query row, tab, id. Adds MRR and nDCG.")
    private @Nullable Path qrels;

    @Option(names = "--worst", description = "How many of the worst queries to show (default: ${DEFAULT-VALUE}).")
    private int worst = RecallRequest.DEFAULT.worst();

    @Option(names = "--memory", paramLabel = "GIB", description = "Native memory (default: ${DEFAULT-VALUE}).")
    private int memory = 8;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean asJson;

    private final Console console;

    MeasureCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        String report = report();
        if (asJson) {
            console.out().println(report);
        } else {
            RecallTable.print(new JsonMapper().readTree(report), console.out());
        }
        return ExitCode.OK;
    }

    private String report() {
        try (StagedProgress progress = new StagedProgress(console)) {
            if (base != null) {
                return ofFiles(base, progress);
            }
            DataSource from = source == null ? new DataSource() : source;
            URI server = from.server();
            return server == null ? ofDirectory(from, progress) : ofServer(server);
        }
    }

    private SearchParams params() {
        return new SearchParams(optional(efSearch), optional(nprobe), oversample, false);
    }

    private static OptionalInt optional(@Nullable Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }

    private Map<Integer, Set<PointId>> relevant() {
        return qrels == null ? Map.of() : KnownAnswers.read(qrels);
    }

    private String ofFiles(Path vectors, StagedProgress progress) {
        if (collection != null || source != null || filter != null) {
            throw new EngineException.InvalidArgument("--base", "no collection and no filter beside it", "both");
        }
        if (queries == null) {
            throw new EngineException.InvalidArgument("--queries", "a file, with --base", "none");
        }
        FileRecallRequest request = new FileRecallRequest(
                vectors,
                queries,
                Metric.parse(metric),
                Pipeline.parse(pipeline),
                IndexSpec.parse(index),
                k,
                params(),
                relevant(),
                worst,
                Optional.of(Host.cacheDirectory()));
        return Json.text(Reports.of(EngineMeasures.measure(request, (long) memory << 30, progress)));
    }

    private String name() {
        if (collection == null) {
            throw new EngineException.InvalidArgument("COLLECTION", "the name of one, or --base", "none");
        }
        return collection;
    }

    private List<float[]> vectors() {
        return queries == null ? List.of() : EngineFiles.vectors(queries, MOST_QUERIES);
    }

    private String ofDirectory(DataSource from, StagedProgress progress) {
        EngineConfig settings = EngineConfig.of(from.existingDirectory()).withMemoryLimit((long) memory << 30);
        try (Engine engine = Engine.open(settings)) {
            RecallRequest request = new RecallRequest(
                    vectors(),
                    sample,
                    k,
                    params(),
                    Optional.ofNullable(filter).map(FilterText::parse),
                    relevant(),
                    worst);
            return Json.text(Reports.of(engine.collection(name()).measure(request, progress)));
        }
    }

    private String ofServer(URI server) {
        Map<String, Object> body = new LinkedHashMap<>();
        if (queries == null) {
            body.put("sample", sample);
        } else {
            body.put("queries", vectors().stream().map(VecinoClient::base64).toList());
        }
        body.put("k", k);
        Map<String, Object> params = new LinkedHashMap<>(Map.of("oversample", oversample));
        if (efSearch != null) {
            params.put("efSearch", efSearch);
        }
        if (nprobe != null) {
            params.put("nprobe", nprobe);
        }
        body.put("params", params);
        if (filter != null) {
            body.put("filter", new JsonMapper().readTree(filter));
        }
        if (qrels != null) {
            body.put("relevant", answers());
        }
        body.put("worst", worst);
        try (VecinoClient client = new VecinoClient(server)) {
            return client.measure(name(), body).toString();
        }
    }

    /** Known answers as a list per query. */
    private List<List<Object>> answers() {
        Map<Integer, Set<PointId>> known = relevant();
        int count = known.keySet().stream().mapToInt(query -> query + 1).max().orElse(0);
        return IntStream.range(0, count)
                .mapToObj(query -> known.getOrDefault(query, Set.of()).stream()
                        .<Object>map(id -> id instanceof PointId.Numeric(long value) ? value : id.toString())
                        .toList())
                .toList();
    }
}
