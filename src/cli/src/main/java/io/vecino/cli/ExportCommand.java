package io.vecino.cli;

import io.vecino.Engine;
import io.vecino.EngineCollection;
import io.vecino.cli.client.VecinoClient;
import io.vecino.cli.terminal.Console;
import io.vecino.cli.terminal.Progress;
import io.vecino.loading.ExportSource;
import io.vecino.loading.Exporter;
import io.vecino.loading.file.Format;
import io.vecino.loading.file.PointWriter;
import io.vecino.model.EngineException;
import java.net.URI;
import java.nio.file.Path;
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

/** The points of a collection into a file. */
@Command(
        name = "export",
        description = "Writes the points of a collection, in the order of their ids, to a file that import reads.")
final class ExportCommand extends CommonOptions implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "COLLECTION", description = "Name of the collection.")
    private String collection = "";

    @Parameters(
            index = "1",
            paramLabel = "FILE",
            description = "Beside npy and fvecs, ids and payloads go to FILE" + PointWriter.BESIDE + ".")
    private Path file = Path.of("");

    @ArgGroup(multiplicity = "1")
    private DataSource source = new DataSource();

    @Mixin
    private ServerKey key = new ServerKey();

    @Option(
            names = "--format",
            description = "npy, fvecs, parquet or jsonl; default: by name, .jsonl also .gz or .zst.")
    private @Nullable String format;

    @Option(names = "--limit", paramLabel = "N", description = "Points to write at most.")
    private long limit = Long.MAX_VALUE;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean asJson;

    private final Console console;

    ExportCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        URI server = source.server();
        Format as = format == null ? byName(file) : Format.parse(format);
        long points = server == null ? local(as) : remote(as, server);
        if (asJson) {
            console.out()
                    .println(new JsonMapper()
                            .writeValueAsString(Map.of(
                                    "collection",
                                    collection,
                                    "file",
                                    file.toString(),
                                    "format",
                                    as.id(),
                                    "points",
                                    points)));
        } else {
            console.out().printf(Locale.ROOT, "%,d points to %s%n", points, file);
        }
        return ExitCode.OK;
    }

    static Format byName(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT).replaceAll("\\.(gz|zst)$", "");
        int dot = name.lastIndexOf('.');
        String ending = dot < 0 ? "" : name.substring(dot + 1);
        return switch (ending) {
            case "npy" -> Format.NPY;
            case "fvecs" -> Format.FVECS;
            case "parquet" -> Format.PARQUET;
            case "jsonl", "ndjson" -> Format.JSONL;
            default ->
                throw new EngineException.InvalidArgument(
                        "--format", "npy, fvecs, parquet or jsonl where the name does not say", file.toString());
        };
    }

    private long local(Format as) {
        try (Engine engine = Engine.open(source.existingDirectory())) {
            EngineCollection from = engine.collection(collection);
            return write(ExportSource.of(from, null), from.config().dimension(), from.count(), as);
        }
    }

    private long remote(Format as, URI server) {
        try (VecinoClient client = new VecinoClient(server, key.secret())) {
            ServerCollection from = new ServerCollection(client, collection);
            long points = client.collection(collection).required("points").asLong();
            return write((after, most) -> from.page(after, most, null), from.dimension(), points, as);
        }
    }

    private long write(ExportSource from, int dimension, long points, Format as) {
        try (PointWriter writer = PointWriter.create(file, as, dimension);
                Progress progress = console.progress("export", Math.min(points, limit))) {
            long[] shown = {0};
            long written = Exporter.run(from, dimension, writer, limit, count -> {
                progress.add(count - shown[0]);
                shown[0] = count;
            });
            writer.finish();
            return written;
        }
    }
}
