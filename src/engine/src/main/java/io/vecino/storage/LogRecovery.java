package io.vecino.storage;

import io.vecino.model.EngineException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that RocksDB finds nothing but records in its logs when it opens. Its reader can go round in circles over other
 * bytes (<a href="https://github.com/facebook/rocksdb/issues/13333">rocksdb#13333</a>), and it would skip what lies behind
 * damage without a word. For the owner of the {@link DirectoryLock}.
 */
final class LogRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(LogRecovery.class);
    private static final String LOG_NAME = "[0-9]{1,18}\\.log";
    private static final String MANIFEST_NAME = "MANIFEST-[0-9]{1,18}";

    private final Path database;
    private final Path quarantine;
    private final List<LogFile> logs = new ArrayList<>();

    /**
     * Reads the logs.
     *
     * @param quarantine for bytes that are cut off, for a person to look at
     */
    LogRecovery(Path database, Path quarantine) throws IOException {
        this.database = database;
        this.quarantine = quarantine;
        if (Files.isDirectory(database)) {
            try (Stream<Path> files = Files.list(database)) {
                files.filter(path -> path.getFileName().toString().matches(LOG_NAME))
                        .sorted(Comparator.comparingLong(LogRecovery::number))
                        .map(LogFile::check)
                        .forEach(logs::add);
            }
        }
    }

    private static long number(Path log) {
        String name = log.getFileName().toString();
        return Long.parseLong(name.substring(0, name.indexOf('.')));
    }

    /**
     * Cuts off what a crash left at the end: a record that was never acknowledged.
     *
     * @throws EngineException.StorageFailure if what was acknowledged is damaged
     */
    void run() throws IOException {
        for (String problem : problems()) {
            throw new EngineException.StorageFailure(
                    problem + "; vecino doctor --repair sets it aside and keeps what was written before", null);
        }
        requireManifest();
        for (LogFile log : logs) {
            cut(log);
        }
    }

    /** Damage in what was acknowledged, in words: records behind something that is none. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < logs.size(); i++) {
            LogFile log = logs.get(i);
            if (damaged(i)) {
                problems.add(log.path() + ": damaged at byte " + log.sound() + " of " + log.size()
                        + ", and intact records follow");
            }
        }
        return problems;
    }

    private boolean damaged(int i) {
        return switch (logs.get(i).end()) {
            case NOTHING -> false;
            case TORN, GARBAGE ->
                logs.stream().skip(i + 1L).anyMatch(later -> later.sound() > 0 || later.end() == LogFile.End.DAMAGE);
            case DAMAGE -> true;
        };
    }

    /** Sets everything from the first damage on aside; returns what was done, in words. */
    List<String> repair() throws IOException {
        List<String> repairs = new ArrayList<>();
        boolean lost = false;
        for (int i = 0; i < logs.size(); i++) {
            LogFile log = logs.get(i);
            if (lost) {
                Files.createDirectories(quarantine);
                Files.move(log.path(), aside(log, 0), StandardCopyOption.REPLACE_EXISTING);
                repairs.add(log.path() + ": moved to " + quarantine);
            } else if (damaged(i)) {
                cut(log);
                repairs.add(log.path() + ": " + (log.size() - log.sound()) + " bytes moved to " + quarantine
                        + "; the writes in them are lost");
                lost = true;
            }
        }
        return repairs;
    }

    private Path aside(LogFile log, long from) {
        return quarantine.resolve(log.path().getFileName() + "." + from);
    }

    private void cut(LogFile log) throws IOException {
        if (log.end() == LogFile.End.NOTHING) {
            return;
        }
        LOG.info("{}: cutting {} bytes off that are no whole record", log.path(), log.size() - log.sound());
        Files.createDirectories(quarantine);
        try (FileChannel channel = FileChannel.open(log.path(), StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileChannel kept = FileChannel.open(
                        aside(log, log.sound()),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            for (long at = log.sound(); at < log.size(); ) {
                at += channel.transferTo(at, log.size() - at, kept);
            }
            kept.force(true);
            channel.truncate(log.sound());
            channel.force(true);
        }
    }

    /** A manifest is synced before anything depends on it, so that only its last record may be cut short. */
    private void requireManifest() throws IOException {
        Path current = database.resolve("CURRENT");
        if (!Files.isRegularFile(current)) {
            return;
        }
        String name = new String(Files.readAllBytes(current), StandardCharsets.UTF_8).strip();
        Path manifest = database.resolve(name.matches(MANIFEST_NAME) ? name : "MANIFEST");
        if (Files.isRegularFile(manifest)) {
            LogFile log = LogFile.check(manifest);
            if (log.end() == LogFile.End.GARBAGE || log.end() == LogFile.End.DAMAGE) {
                throw new EngineException.StorageFailure(
                        manifest + ": damaged at byte " + log.sound() + " of " + log.size(), null);
            }
        }
    }
}
