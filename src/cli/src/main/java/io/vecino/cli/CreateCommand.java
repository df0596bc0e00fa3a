package io.vecino.cli;

import io.vecino.Engine;
import io.vecino.cli.client.VecinoClient;
import io.vecino.cli.terminal.Console;
import io.vecino.model.CollectionConfig;
import java.net.URI;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** A new collection. */
@Command(name = "create", description = "Makes a collection, and the data directory if there is none.")
final class CreateCommand extends CommonOptions implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "COLLECTION", description = "Name of the collection.")
    private String collection = "";

    @ArgGroup(multiplicity = "1")
    private DataSource source = new DataSource();

    @Mixin
    private ServerKey key = new ServerKey();

    @Option(names = "--dimension", required = true, description = "Values per vector.")
    private int dimension;

    @Mixin
    private CollectionOptions options = new CollectionOptions();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean asJson;

    private final Console console;

    CreateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        CollectionConfig config = options.of(dimension);
        URI server = source.server();
        if (server == null) {
            try (Engine engine = Engine.open(source.directory())) {
                var _ = engine.create(collection, config);
            }
        } else {
            try (VecinoClient client = new VecinoClient(server, key.secret())) {
                client.create(collection, CollectionOptions.body(config));
            }
        }
        if (asJson) {
            console.out().println(new JsonMapper().writeValueAsString(CollectionOptions.body(config)));
        } else {
            console.out()
                    .println(collection + ": " + dimension + " dimensions, "
                            + config.metric().id() + ", " + config.pipeline() + ", " + config.index());
        }
        return ExitCode.OK;
    }
}
