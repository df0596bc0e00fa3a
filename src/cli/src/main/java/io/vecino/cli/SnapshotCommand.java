package io.vecino.cli;

import io.vecino.Engine;
import io.vecino.EngineConfig;
import io.vecino.EngineSnapshots;
import io.vecino.cli.client.VecinoClient;
import io.vecino.cli.terminal.Console;
import io.vecino.model.EngineException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** A backup of a collection, or the list of its backups. */
@Command(
        name = "snapshot",
        description = "Takes a consistent snapshot of a collection; what earlier snapshots have is shared with them.")
final class SnapshotCommand extends CommonOptions implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "COLLECTION", description = "Name of the collection.")
    private String collection = "";

    @ArgGroup(multiplicity = "1")
    private DataSource source = new DataSource();

    @Mixin
    private ServerKey key = new ServerKey();

    @Option(
            names = "--to",
            paramLabel = "DIR",
            description = "Folder for snapshots; default: snapshots in the data directory. With --url, the server's.")
    private @Nullable Path folder;

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the snapshot; default: the time.")
    private @Nullable String name;

    @Option(names = "--list", description = "List the snapshots that there are.")
    private boolean list;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean asJson;

    private final Console console;

    SnapshotCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        URI server = source.server();
        if (server != null && folder != null) {
            throw new EngineException.InvalidArgument(
                    "--to", "no folder with --url: serve --snapshots says where", folder.toString());
        }
        print(server == null ? local() : remote(server));
        return ExitCode.OK;
    }

    private List<SnapshotSummary> local() {
        EngineConfig settings = EngineConfig.of(source.existingDirectory());
        if (folder != null) {
            settings = settings.withSnapshots(folder);
        }
        try (Engine engine = Engine.open(settings);
                StagedProgress progress = new StagedProgress(console)) {
            EngineSnapshots snapshots = engine.snapshots();
            if (list) {
                return snapshots.list(collection).stream()
                        .map(SnapshotSummary::of)
                        .toList();
            }
            String as = name == null ? EngineSnapshots.newName() : name;
            return List.of(SnapshotSummary.of(snapshots.create(collection, as, progress)));
        }
    }

    private List<SnapshotSummary> remote(URI server) throws InterruptedException {
        try (VecinoClient client = new VecinoClient(server, key.secret());
                StagedProgress progress = new StagedProgress(console)) {
            return list
                    ? client.snapshots(collection).stream()
                            .map(SnapshotSummary::of)
                            .toList()
                    : List.of(SnapshotSummary.of(
                            client.snapshot(collection, name, share -> progress.at("snapshot", share))));
        }
    }

    private void print(List<SnapshotSummary> snapshots) {
        if (asJson) {
            console.out()
                    .println(new JsonMapper()
                            .writeValueAsString(list ? Map.of("snapshots", snapshots) : snapshots.getFirst()));
        } else {
            SnapshotSummary.print(snapshots, console.out());
        }
    }
}
