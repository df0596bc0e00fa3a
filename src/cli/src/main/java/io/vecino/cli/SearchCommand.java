package io.vecino.cli;

import io.vecino.Engine;
import io.vecino.EngineCollection;
import io.vecino.cli.client.VecinoClient;
import io.vecino.cli.terminal.Console;
import io.vecino.loading.file.Neighbours;
import io.vecino.loading.file.NeighboursWriter;
import io.vecino.loading.file.PointFiles;
import io.vecino.loading.file.PointReader;
import io.vecino.loading.file.Row;
import io.vecino.model.EngineException;
import io.vecino.model.PointId;
import io.vecino.model.ScoredPoint;
import io.vecino.model.SearchParams;
import io.vecino.model.SearchRequest;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The nearest points of a point, or of each vector in a file. */
@Command(
        name = "search",
        description = "Finds the nearest points of a stored point, a vector, or every vector of a file.")
final class SearchCommand extends CommonOptions implements Callable<Integer> {
    private static final int BATCH = 64;

    @Parameters(index = "0", paramLabel = "COLLECTION", description = "Name of the collection.")
    private String collection = "";

    @ArgGroup(multiplicity = "1")
    private DataSource source = new DataSource();

    @Mixin
    private ServerKey key = new ServerKey();

    @ArgGroup(multiplicity = "1")
    private What what = new What();

    @Option(names = "-k", defaultValue = "10", description = "How many (default: ${DEFAULT-VALUE}).")
    private int k = 10;

    @Option(
            names = "--exact",
            description = "By the originals of all points: the truth that others are measured against.")
    private boolean exact;

    @Option(names = "--ef-search", description = "Effort of a graph.")
    private @Nullable Integer efSearch;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "With --queries: where results go: .jsonl (ids and scores), .npy or .ivecs (ids that are numbers).")
    private @Nullable Path out;

    @Mixin
    private FileOptions reading = new FileOptions();

    @Option(names = "--limit", paramLabel = "N", description = "With --queries: vectors of the file at most.")
    private long limit = Long.MAX_VALUE;

    @Option(names = "--json", description = "Print one JSON object per search.")
    private boolean asJson;

    private final Console console;

    SearchCommand(Console console) {
        this.console = console;
    }

    private static final class What {
        @Option(names = "--id", description = "A stored point.")
        private @Nullable String id;

        @Option(names = "--vector", split = ",", description = "A vector: numbers by commas.")
        private List<Float> vector = List.of();

        @Option(names = "--queries", paramLabel = "FILE", description = "Any file that import reads.")
        private @Nullable Path queries;
    }

    @Override
    public Integer call() {
        if (out != null && what.queries == null) {
            throw new EngineException.InvalidArgument("--out", "--queries beside it", "none");
        }
        URI server = source.server();
        if (server == null) {
            try (Engine engine = Engine.open(source.existingDirectory())) {
                EngineCollection in = engine.collection(collection);
                run(requests -> in.search(requests).stream()
                        .map(SearchCommand::neighbours)
                        .toList());
            }
        } else {
            try (VecinoClient client = new VecinoClient(server, key.secret())) {
                run(requests -> remote(client, requests));
            }
        }
        return ExitCode.OK;
    }

    private SearchParams params() {
        OptionalInt effort = efSearch == null ? OptionalInt.empty() : OptionalInt.of(efSearch);
        SearchParams defaults = SearchParams.DEFAULT;
        return new SearchParams(effort, defaults.nprobe(), defaults.oversample(), exact);
    }

    private void run(Function<List<SearchRequest>, List<Neighbours>> search) {
        if (what.id != null) {
            show(search.apply(
                    List.of(SearchRequest.near(DeleteCommand.id(what.id), k).with(params()))));
        } else if (what.queries != null) {
            searchFile(what.queries, search);
        } else {
            float[] vector = new float[what.vector.size()];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = what.vector.get(i);
            }
            show(search.apply(List.of(SearchRequest.of(vector, k).with(params()))));
        }
    }

    private void searchFile(Path queries, Function<List<SearchRequest>, List<Neighbours>> search) {
        try (PointReader reader = PointFiles.open(queries, reading.options());
                @Nullable NeighboursWriter writer = out == null ? null : NeighboursWriter.create(out, k)) {
            List<SearchRequest> waiting = new ArrayList<>();
            Row row = limit > 0 ? reader.next() : null;
            while (row != null) {
                if (!(row instanceof Row.Good good)) {
                    throw new EngineException.InvalidArgument(
                            queries + " row " + row.number(), "a vector", row.toString());
                }
                waiting.add(SearchRequest.of(good.point().vector(), k).with(params()));
                row = row.number() + 1 < limit ? reader.next() : null;
                if (waiting.size() == BATCH || row == null) {
                    List<Neighbours> found = search.apply(waiting);
                    if (writer == null) {
                        show(found);
                    } else {
                        found.forEach(writer::write);
                    }
                    waiting.clear();
                }
            }
            if (writer != null) {
                writer.finish();
                console.out().printf(Locale.ROOT, "%,d searches to %s%n", writer.count(), out);
            }
        }
    }

    private static Neighbours neighbours(List<ScoredPoint> hits) {
        return new Neighbours(
                hits.stream().map(ScoredPoint::id).toList(),
                hits.stream().map(hit -> (double) hit.score()).toList());
    }

    private List<Neighbours> remote(VecinoClient client, List<SearchRequest> requests) {
        List<Map<String, Object>> searches = new ArrayList<>();
        for (SearchRequest request : requests) {
            Map<String, Object> body = new LinkedHashMap<>();
            float[] vector = request.vector();
            if (vector != null) {
                body.put("vector", VecinoClient.base64(vector));
            } else {
                body.put("id", ServerCollection.json(DeleteCommand.id(String.valueOf(what.id))));
            }
            body.put("k", k);
            Map<String, Object> params = new LinkedHashMap<>(Map.of("exact", exact));
            if (efSearch != null) {
                params.put("efSearch", efSearch);
            }
            body.put("params", params);
            searches.add(body);
        }
        List<Neighbours> found = new ArrayList<>();
        for (JsonNode hits : client.operate(collection, ":search-batch", Map.of("searches", searches))
                .required("results")) {
            List<PointId> ids = new ArrayList<>();
            List<Double> scores = new ArrayList<>();
            for (JsonNode hit : hits) {
                ids.add(ServerCollection.id(hit.required("id")));
                scores.add(hit.required("score").asDouble());
            }
            found.add(new Neighbours(ids, scores));
        }
        return found;
    }

    private void show(List<Neighbours> results) {
        for (Neighbours result : results) {
            if (asJson) {
                console.out()
                        .println(new JsonMapper()
                                .writeValueAsString(Map.of(
                                        "ids",
                                                result.ids().stream()
                                                        .map(ServerCollection::json)
                                                        .toList(),
                                        "scores", result.scores())));
            } else {
                for (int i = 0; i < result.ids().size(); i++) {
                    console.out()
                            .printf(
                                    Locale.ROOT,
                                    "%.6f  %s%n",
                                    result.scores().get(i),
                                    result.ids().get(i));
                }
            }
        }
    }
}
