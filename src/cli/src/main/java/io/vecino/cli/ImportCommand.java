package io.vecino.cli;

import io.vecino.Engine;
import io.vecino.EngineBulkLoad;
import io.vecino.EngineCollection;
import io.vecino.EngineConfig;
import io.vecino.cli.client.ServerFailure;
import io.vecino.cli.client.VecinoClient;
import io.vecino.cli.terminal.Console;
import io.vecino.loading.EngineTarget;
import io.vecino.loading.ImportOptions;
import io.vecino.loading.ImportResult;
import io.vecino.loading.Importer;
import io.vecino.loading.Journal;
import io.vecino.loading.LoadTarget;
import io.vecino.loading.file.PointFiles;
import io.vecino.loading.file.PointReader;
import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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

/** Points out of a file into a collection. */
@Command(
        name = "import",
        description = "Loads a file of vectors into a collection; interrupted, it goes on where it was when run again.")
final class ImportCommand extends CommonOptions implements Callable<Integer> {
    private static final int DEFAULT_BATCH_MIB = 4;

    @Parameters(index = "0", paramLabel = "COLLECTION", description = "Name of the collection.")
    private String collection = "";

    @Parameters(
            index = "1",
            paramLabel = "FILE",
            description = "npy, fvecs, bvecs, ivecs, HDF5, Parquet, JSON lines or CSV.")
    private Path file = Path.of("");

    @ArgGroup(multiplicity = "1")
    private DataSource source = new DataSource();

    @Mixin
    private ServerKey key = new ServerKey();

    @Mixin
    private FileOptions reading = new FileOptions();

    @Option(names = "--create", description = "Make the collection if it is not there; the following options say how.")
    private boolean create;

    @Mixin
    private CollectionOptions created = new CollectionOptions();

    @Option(names = "--limit", paramLabel = "N", description = "Rows to read at most.")
    private long limit = Long.MAX_VALUE;

    @Option(
            names = "--skip-bad",
            description = "List rows that are no valid points in a file and go on, instead of ending.")
    private boolean skipBad;

    @Option(
            names = "--rejects",
            paramLabel = "FILE",
            description = "With --skip-bad: that file (default: FILE.rejects).")
    private @Nullable Path rejects;

    @Option(names = "--restart", description = "Begin again, whatever an interrupted import has done.")
    private boolean restart;

    @Option(
            names = "--batch-mib",
            defaultValue = "" + DEFAULT_BATCH_MIB,
            description = "Vectors acknowledged together (default: ${DEFAULT-VALUE} MiB).")
    private int batchMib = DEFAULT_BATCH_MIB;

    @Option(names = "--parallel", defaultValue = "2", description = "Batches at a time (default: ${DEFAULT-VALUE}).")
    private int parallel = 2;

    @Option(names = "--memory-mib", description = "With --data: budget of native memory (default: 8192).")
    private @Nullable Integer memoryMib;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean asJson;

    private final Console console;

    ImportCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (batchMib < 1 || batchMib > 256) {
            throw new EngineException.InvalidArgument("--batch-mib", "1 to 256", String.valueOf(batchMib));
        }
        long start = System.nanoTime();
        URI server = source.serverOfAnyProtocol();
        try (PointReader reader = PointFiles.open(file, reading.options())) {
            ImportResult result = server == null ? local(reader) : remote(reader, server);
            print(result, (System.nanoTime() - start) / 1e9);
        }
        return ExitCode.OK;
    }

    private ImportResult local(PointReader reader) {
        EngineConfig settings = EngineConfig.of(create ? source.directory() : source.existingDirectory());
        if (memoryMib != null) {
            settings = settings.withMemoryLimit((long) memoryMib << 20);
        }
        try (Engine engine = Engine.open(settings)) {
            if (create && !engine.collections().contains(collection)) {
                EngineCollection _ = engine.create(collection, config(reader));
            }
            EngineCollection into = engine.collection(collection);
            try (EngineBulkLoad bulk = into.bulkLoad()) {
                ImportResult result = load(
                        reader,
                        new EngineTarget(into),
                        ImportJournals.inDirectory(source.directory(), collection, file));
                if (into.info().unsealedPoints() >= settings.sealPoints()) {
                    console.note("vecino: compressing " + into.info().unsealedPoints() + " points");
                    bulk.seal();
                }
                return result;
            }
        }
    }

    private ImportResult remote(PointReader reader, URI server) {
        if (GrpcCollection.speaks(server)) {
            try (GrpcCollection into =
                    GrpcCollection.connect(server, key.secret(), collection, create ? config(reader) : null)) {
                return load(reader, into, ImportJournals.ofServer(server, collection, file));
            }
        }
        try (VecinoClient client = new VecinoClient(server, key.secret())) {
            if (create && !exists(client)) {
                client.create(collection, CollectionOptions.body(config(reader)));
            }
            return load(
                    reader,
                    new ServerCollection(client, collection),
                    ImportJournals.ofServer(server, collection, file));
        }
    }

    private boolean exists(VecinoClient client) {
        try {
            return !client.collection(collection).isMissingNode();
        } catch (ServerFailure e) {
            if (e.status() == 404) {
                return false;
            }
            throw e;
        }
    }

    private CollectionConfig config(PointReader reader) {
        return created.of(
                (int) reader.dimension().orElseGet(() -> ImportJournals.dimensionOfFirst(file, reading.options())));
    }

    private ImportResult load(PointReader reader, LoadTarget target, Path journal) {
        Journal kept = new Journal(journal, ImportJournals.source(file, reading.options()));
        if (restart) {
            kept.remove();
        }
        Path list = rejects == null ? file.resolveSibling(file.getFileName() + ".rejects") : rejects;
        try (LoadProgress progress = new LoadProgress(console, reader, limit)) {
            ImportOptions options = new ImportOptions(batchMib << 20, parallel, limit, skipBad);
            return new Importer(reader, target, options, kept, skipBad ? list : null, progress).run();
        }
    }

    private void print(ImportResult result, double seconds) {
        double rate = (result.rows() - result.resumedAt()) / Math.max(1e-9, seconds);
        if (asJson) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("collection", collection);
            json.put("rows", result.rows());
            json.put("stored", result.stored());
            json.put("rejected", result.rejected());
            json.put("resumed_at", result.resumedAt());
            json.put("seconds", seconds);
            json.put("rows_per_s", rate);
            console.out().println(new JsonMapper().writeValueAsString(json));
        } else {
            console.out()
                    .printf(
                            Locale.ROOT,
                            "%,d rows: %,d stored, %,d rejected%s, %,.1f s, %,.0f rows/s%n",
                            result.rows(),
                            result.stored(),
                            result.rejected(),
                            result.resumedAt() > 0
                                    ? String.format(Locale.ROOT, ", resumed at row %,d", result.resumedAt())
                                    : "",
                            seconds,
                            rate);
        }
    }
}
