package io.vecino;

import io.vecino.collection.Collection;
import io.vecino.collection.Verification;
import io.vecino.model.DirectoryReport;
import io.vecino.model.EngineException;
import io.vecino.storage.Disk;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.PointStore;
import io.vecino.storage.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work on a data directory that no engine has open. */
public final class EngineDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(EngineDirectory.class);

    private EngineDirectory() {}

    /**
     * Reads everything: the checksums of every file, and whether the store and the segments agree on where each point is. Like
     * opening, it replays the log and cuts a torn write off its end.
     *
     * @throws EngineException.InvalidArgument if it is no data directory
     * @throws EngineException.StorageFailure if an engine has it open
     */
    public static DirectoryReport verify(Path directory) {
        requireData(directory);
        List<String> logs = Store.logProblems(directory);
        return logs.isEmpty() ? findings(directory, false, List.of()) : new DirectoryReport(logs, List.of(), List.of());
    }

    /**
     * Verifies and mends: logs are set aside from the first damage on, and the segments of a collection in which anything is
     * wrong are built anew from the store.
     *
     * @return what was wrong and what was done; what is still wrong is for {@link #verify} to say
     * @throws EngineException.InvalidArgument if it is no data directory
     * @throws EngineException.StorageFailure if an engine has it open
     */
    public static DirectoryReport repair(Path directory) {
        requireData(directory);
        List<String> logs = Store.logProblems(directory);
        List<String> repairs = logs.isEmpty() ? List.of() : Store.repairLogs(directory);
        DirectoryReport found = findings(directory, true, repairs);
        List<DirectoryReport.Finding> mended = found.collections().stream()
                .filter(finding -> !finding.repairs().isEmpty())
                .toList();
        if (!mended.isEmpty()) {
            try (Engine engine = Engine.open(directory)) {
                mended.forEach(finding -> rebuild(engine.collection(finding.name())));
            }
        }
        List<String> problems = new ArrayList<>(logs);
        problems.addAll(found.problems());
        return new DirectoryReport(problems, repairs, found.collections());
    }

    private static void rebuild(EngineCollection collection) {
        try {
            collection.optimize();
        } catch (EngineException.InvalidArgument e) {
            LOG.info("collection {} stays unsealed: {}", collection.name(), e.getMessage());
        }
    }

    private static void requireData(Path directory) {
        if (!Files.isDirectory(directory.resolve("rocksdb"))) {
            throw new EngineException.InvalidArgument("directory", "a Vecino data directory", directory.toString());
        }
    }

    private static DirectoryReport findings(Path directory, boolean repair, List<String> repairs) {
        List<DirectoryReport.Finding> findings = new ArrayList<>();
        NativeMemory memory = new NativeMemory(Long.MAX_VALUE);
        try (Store store = Store.open(directory, memory);
                ExecutorService none = Executors.newSingleThreadExecutor()) {
            var resources = new Collection.Resources(directory, Disk.LOCAL, memory, none, none, Integer.MAX_VALUE);
            for (Map.Entry<String, PointStore> entry : new TreeMap<>(store.collections()).entrySet()) {
                findings.add(Verification.run(entry.getKey(), entry.getValue(), resources, repair));
            }
            store.verifyChecksums();
            return new DirectoryReport(List.of(), repairs, findings);
        } catch (EngineException.StorageFailure e) {
            return new DirectoryReport(List.of(String.valueOf(e.getMessage())), repairs, findings);
        }
    }
}
