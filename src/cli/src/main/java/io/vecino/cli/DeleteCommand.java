package io.vecino.cli;

import io.vecino.Engine;
import io.vecino.EngineCollection;
import io.vecino.cli.client.VecinoClient;
import io.vecino.cli.terminal.Console;
import io.vecino.model.EngineException;
import io.vecino.model.PointId;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** Points, or a whole collection, for good. */
@Command(name = "delete", description = "Removes points from a collection, or the collection.")
final class DeleteCommand extends CommonOptions implements Callable<Integer> {
    private static final int BATCH = 10_000;

    @Parameters(index = "0", paramLabel = "COLLECTION", description = "Name of the collection.")
    private String collection = "";

    @ArgGroup(multiplicity = "1")
    private DataSource source = new DataSource();

    @Mixin
    private ServerKey key = new ServerKey();

    @ArgGroup(multiplicity = "1")
    private What what = new What();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean asJson;

    private final Console console;

    DeleteCommand(Console console) {
        this.console = console;
    }

    private static final class What {
        @Option(
                names = "--ids",
                paramLabel = "ID",
                split = ",",
                description = "Ids of points; those that are not there are ignored.")
        private List<String> ids = List.of();

        @Option(names = "--collection", description = "The collection with all points in it.")
        private boolean whole;
    }

    @Override
    public Integer call() {
        URI server = source.server();
        long removed = server == null ? local() : remote(server);
        if (asJson) {
            Map<String, Object> json = what.whole ? Map.of("collection", collection) : Map.of("points", removed);
            console.out().println(new JsonMapper().writeValueAsString(json));
        } else {
            console.out().println(what.whole ? "deleted " + collection : "deleted " + removed + " points");
        }
        return ExitCode.OK;
    }

    /** Digits are a number, as in the paths of the REST interface. */
    static PointId id(String text) {
        try {
            return text.matches("0|[1-9][0-9]{0,19}") ? PointId.of(Long.parseUnsignedLong(text)) : PointId.of(text);
        } catch (NumberFormatException e) {
            throw new EngineException.InvalidArgument("--ids", "numbers of 64 bits, UUIDs or texts", text);
        }
    }

    private List<List<PointId>> batches() {
        List<List<PointId>> batches = new ArrayList<>();
        for (int first = 0; first < what.ids.size(); first += BATCH) {
            batches.add(what.ids.subList(first, Math.min(what.ids.size(), first + BATCH)).stream()
                    .map(DeleteCommand::id)
                    .toList());
        }
        return batches;
    }

    private long local() {
        try (Engine engine = Engine.open(source.existingDirectory())) {
            if (what.whole) {
                engine.delete(collection);
                return 0;
            }
            EngineCollection from = engine.collection(collection);
            return batches().stream()
                    .mapToLong(ids -> from.delete(ids).points())
                    .sum();
        }
    }

    private long remote(URI server) {
        try (VecinoClient client = new VecinoClient(server, key.secret())) {
            if (what.whole) {
                client.delete(collection);
                return 0;
            }
            long removed = 0;
            for (List<PointId> ids : batches()) {
                List<Object> bodies = ids.stream().map(ServerCollection::json).toList();
                removed += client.operate(collection, "/points:delete", Map.of("ids", bodies))
                        .required("points")
                        .asLong();
            }
            return removed;
        }
    }
}
