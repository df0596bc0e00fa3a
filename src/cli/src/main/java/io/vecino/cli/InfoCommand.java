package io.vecino.cli;

import io.vecino.Engine;
import io.vecino.EngineFiles;
import io.vecino.cli.client.VecinoClient;
import io.vecino.cli.terminal.Console;
import io.vecino.model.EngineException;
import io.vecino.model.MemoryReport;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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

/** What a data directory, a server or the model file of a reduction holds. */
@Command(
        name = "info",
        description = "Shows the collections of a data directory or a server, or a reduction that reduce trained.")
final class InfoCommand extends CommonOptions implements Callable<Integer> {
    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    @Mixin
    private ServerKey key = new ServerKey();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean asJson;

    private final Console console;

    InfoCommand(Console console) {
        this.console = console;
    }

    private static final class Source {
        @Parameters(
                paramLabel = "DIR",
                description = "A data directory that no server has open, or the model file of a reduction.")
        private @Nullable Path directory;

        @Option(names = "--url", paramLabel = "URL", description = "A server, such as http://127.0.0.1:7040.")
        private @Nullable URI url;
    }

    @Override
    public Integer call() {
        if (source.directory != null && Files.isRegularFile(source.directory)) {
            ReductionSummary.print(EngineFiles.describe(source.directory), asJson, console.out());
            return ExitCode.OK;
        }
        if (source.url != null) {
            print(ofServer(source.url), null);
        } else {
            showDirectory(source.directory);
        }
        return ExitCode.OK;
    }

    private void print(List<CollectionSummary> collections, @Nullable MemoryReport memory) {
        if (asJson) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("collections", collections);
            if (memory != null) {
                json.put("memory", json(memory));
            }
            console.out().println(new JsonMapper().writeValueAsString(json));
            return;
        }
        CollectionSummary.print(collections, console.out());
        if (memory != null) {
            console.out().printf(Locale.ROOT, "native memory: %,d of %,d bytes%n", memory.total(), memory.limit());
            memory.used().forEach((use, bytes) -> console.out().printf(Locale.ROOT, "  %-10s%,16d%n", use, bytes));
        }
    }

    private static Map<String, Object> json(MemoryReport memory) {
        Map<String, Long> used = new LinkedHashMap<>();
        memory.used().forEach((use, bytes) -> used.put(use.toString(), bytes));
        return Map.of("limit", memory.limit(), "used", used);
    }

    private List<CollectionSummary> ofServer(URI url) {
        if (url.getHost() == null || !List.of("http", "https").contains(String.valueOf(url.getScheme()))) {
            throw new EngineException.InvalidArgument("--url", "http://host:port", url.toString());
        }
        try (VecinoClient client = new VecinoClient(url, key.secret())) {
            return client.collections().stream()
                    .map(name -> CollectionSummary.of(client.collection(name)))
                    .toList();
        }
    }

    /** Opening a directory that holds no data would make one of it, so that is refused. */
    private void showDirectory(@Nullable Path directory) {
        if (directory == null || !Files.isDirectory(directory.resolve("rocksdb"))) {
            throw new EngineException.InvalidArgument("DIR", "a Vecino data directory", String.valueOf(directory));
        }
        try (Engine engine = Engine.open(directory)) {
            List<CollectionSummary> collections = engine.collections().stream()
                    .map(name -> CollectionSummary.of(engine.collection(name).info()))
                    .toList();
            print(collections, engine.memory());
        }
    }
}
