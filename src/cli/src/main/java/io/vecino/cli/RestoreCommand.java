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
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** A collection out of a backup. */
@Command(
        name = "restore",
        description = "Makes a collection of a snapshot, after every file was compared with its SHA-256.")
final class RestoreCommand extends CommonOptions implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "COLLECTION", description = "What the snapshot is of.")
    private String collection = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "SNAPSHOT",
            description = "Name of the snapshot; default: the latest.")
    private @Nullable String snapshot;

    @ArgGroup(multiplicity = "1")
    private DataSource source = new DataSource();

    @Mixin
    private ServerKey key = new ServerKey();

    @Option(
            names = "--from",
            paramLabel = "DIR",
            description = "Folder of snapshots; default: snapshots in the data directory. With --url, the server's.")
    private @Nullable Path folder;

    @Option(names = "--as", paramLabel = "NAME", description = "Name of the new collection; default: COLLECTION.")
    private @Nullable String as;

    @Option(names = "--replace", description = "Take the place of the collection that has the name.")
    private boolean replace;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean asJson;

    private final Console console;

    RestoreCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        URI server = source.server();
        if (server != null && folder != null) {
            throw new EngineException.InvalidArgument(
                    "--from", "no folder with --url: serve --snapshots says where", folder.toString());
        }
        CollectionSummary restored = server == null ? local() : remote(server);
        if (asJson) {
            console.out().println(new JsonMapper().writeValueAsString(restored));
        } else {
            CollectionSummary.print(List.of(restored), console.out());
        }
        return ExitCode.OK;
    }

    private CollectionSummary local() {
        EngineConfig settings = EngineConfig.of(folder == null ? source.existingDirectory() : source.directory());
        if (folder != null) {
            settings = settings.withSnapshots(folder);
        }
        try (Engine engine = Engine.open(settings);
                StagedProgress progress = new StagedProgress(console)) {
            EngineSnapshots snapshots = engine.snapshots();
            String from = chosen(
                    snapshots.list(collection).stream().map(SnapshotSummary::of).toList());
            return CollectionSummary.of(snapshots
                    .restore(collection, from, name(), replace, progress)
                    .info());
        }
    }

    private CollectionSummary remote(URI server) throws InterruptedException {
        try (VecinoClient client = new VecinoClient(server, key.secret());
                StagedProgress progress = new StagedProgress(console)) {
            String from = chosen(client.snapshots(collection).stream()
                    .map(SnapshotSummary::of)
                    .toList());
            return CollectionSummary.of(
                    client.restore(collection, from, name(), replace, share -> progress.at("restore", share)));
        }
    }

    private String name() {
        return as == null ? collection : as;
    }

    private String chosen(List<SnapshotSummary> snapshots) {
        if (snapshot != null) {
            return snapshot;
        }
        if (snapshots.isEmpty()) {
            throw new EngineException.NotFound("snapshot of collection", collection);
        }
        return snapshots.getLast().name();
    }
}
