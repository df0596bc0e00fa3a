package io.vecino.bench;

import com.sun.management.OperatingSystemMXBean;
import io.vecino.Engine;
import io.vecino.EngineBulkLoad;
import io.vecino.EngineCollection;
import io.vecino.EngineConfig;
import io.vecino.loading.EngineTarget;
import io.vecino.loading.ImportListener;
import io.vecino.loading.ImportOptions;
import io.vecino.loading.ImportResult;
import io.vecino.loading.Importer;
import io.vecino.loading.Journal;
import io.vecino.loading.file.PointFiles;
import io.vecino.loading.file.PointReader;
import io.vecino.loading.file.ReadOptions;
import io.vecino.loading.file.Row;
import io.vecino.model.CollectionConfig;
import io.vecino.model.CollectionInfo;
import io.vecino.model.Durability;
import io.vecino.model.EngineException;
import io.vecino.model.IndexSpec;
import io.vecino.model.Metric;
import io.vecino.model.Pipeline;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** How fast a file becomes a collection. */
@Command(
        name = "load",
        description = "Loads a file into a new directory as import does; prints one JSON object.",
        mixinStandardHelpOptions = true)
final class LoadCommand implements Callable<Integer> {
    private static final String COLLECTION = "load";

    @Option(names = "--file", required = true, description = "Any file that import reads.")
    private @Nullable Path file;

    @Option(
            names = "--data",
            required = true,
            description = "Directory for the data, which must not exist; left behind.")
    private @Nullable Path data;

    @Option(names = "--metric", defaultValue = "ip", description = "ip, l2 or cosine (default: ${DEFAULT-VALUE}).")
    private String metric = "ip";

    @Option(names = "--pipeline", defaultValue = "none/int8", description = "Pipeline (default: ${DEFAULT-VALUE}).")
    private String pipeline = "none/int8";

    @Option(names = "--index", defaultValue = "flat", description = "Index (default: ${DEFAULT-VALUE}).")
    private String index = "flat";

    @Option(names = "--durability", defaultValue = "wal", description = "fsync or wal (default: ${DEFAULT-VALUE}).")
    private String durability = "wal";

    @Option(
            names = "--vector-column",
            defaultValue = "vector",
            description = "As of import (default: ${DEFAULT-VALUE}).")
    private String vectorColumn = "vector";

    @Option(names = "--payload-columns", split = ",", description = "As of import.")
    private List<String> payloadColumns = List.of();

    @Option(names = "--dataset", defaultValue = "train", description = "As of import (default: ${DEFAULT-VALUE}).")
    private String dataset = "train";

    @Option(names = "--limit", description = "Rows to read at most.")
    private long limit = Long.MAX_VALUE;

    @Option(names = "--batch-mib", defaultValue = "4", description = "As of import (default: ${DEFAULT-VALUE}).")
    private int batchMib = 4;

    @Option(names = "--parallel", defaultValue = "2", description = "As of import (default: ${DEFAULT-VALUE}).")
    private int parallel = 2;

    @Option(names = "--memory-mib", defaultValue = "8192", description = "Native memory (default: ${DEFAULT-VALUE}).")
    private long memoryMib = 8192;

    @Override
    public Integer call() throws IOException {
        Path from = Objects.requireNonNull(file);
        Path into = Objects.requireNonNull(data);
        if (Files.exists(into)) {
            throw new EngineException.InvalidArgument("--data", "a directory that does not exist", into.toString());
        }
        ReadOptions reading = ReadOptions.DEFAULT
                .withColumns(Optional.empty(), vectorColumn, payloadColumns)
                .withDataset(dataset);
        try (Engine engine = Engine.open(EngineConfig.of(into).withMemoryLimit(memoryMib << 20));
                PointReader reader = PointFiles.open(from, reading)) {
            int dimension = dimension(from, reading);
            EngineCollection collection = engine.create(
                    COLLECTION,
                    new CollectionConfig(
                            dimension,
                            Metric.parse(metric),
                            Pipeline.parse(pipeline),
                            IndexSpec.parse(index),
                            Durability.parse(durability)));
            run(collection, reader, into, dimension);
        }
        return 0;
    }

    private static int dimension(Path from, ReadOptions reading) {
        try (PointReader reader = PointFiles.open(from, reading)) {
            if (reader.dimension().isPresent()) {
                return (int) reader.dimension().getAsLong();
            }
            return reader.next() instanceof Row.Good first ? first.point().vector().length : 0;
        }
    }

    private void run(EngineCollection collection, PointReader reader, Path into, int dimension) throws IOException {
        long cpu = cpuNanos();
        long start = System.nanoTime();
        double loaded;
        double loadedCpu;
        ImportResult result;
        try (EngineBulkLoad bulk = collection.bulkLoad()) {
            result = new Importer(
                            reader,
                            new EngineTarget(collection),
                            new ImportOptions(batchMib << 20, parallel, limit, false),
                            new Journal(into.resolve("journal"), reader.name()),
                            null,
                            ImportListener.NONE)
                    .run();
            loaded = (System.nanoTime() - start) / 1e9;
            loadedCpu = (cpuNanos() - cpu) / 1e9;
            bulk.seal();
        }
        double ready = (System.nanoTime() - start) / 1e9;
        CollectionInfo info = collection.info();
        Map<String, Object> json = Json.object(
                "file",
                Objects.requireNonNull(file).toString(),
                "format",
                reader.format().id(),
                "vectors",
                result.stored(),
                "dimension",
                dimension,
                "durability",
                durability,
                "acknowledged_s",
                loaded,
                "vectors_per_s",
                result.stored() / loaded,
                "mb_per_s",
                result.stored() * (double) dimension * Float.BYTES / 1e6 / loaded,
                "cpu_s",
                loadedCpu,
                "index_ready_s",
                ready,
                "pipeline",
                pipeline,
                "index",
                index,
                "segments",
                info.segments(),
                "peak_rss_mb",
                peakBytes() / 1e6,
                "heap_limit_mb",
                Runtime.getRuntime().maxMemory() / 1e6,
                "memory_limit_mb",
                (memoryMib << 20) / 1e6);
        System.out.println(new JsonMapper().writeValueAsString(json));
    }

    private static long cpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }

    /** The most memory that the process had resident, mapped files included; 0 where the system does not say. */
    private static long peakBytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        return 0;
    }
}
