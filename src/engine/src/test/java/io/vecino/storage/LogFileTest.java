package io.vecino.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Vectors;
import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import io.vecino.model.PointId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs as RocksDB writes them, and what a crash may leave of them. With {@code -Dvecino.test.long}: more often. */
class LogFileTest {
    private static final int DIMENSION = 300;
    private static final int BATCHES = 40;
    private static final int LAST_RECORD = 1_400;
    private static final int ROUNDS = Boolean.getBoolean("vecino.test.long") ? 200 : 20;
    private static final Duration LONGEST = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final Random random = Vectors.random("LogFileTest");
    private Path left = Path.of("");

    /** Batches from one row to several blocks of the log, copied as a killed process leaves them. */
    @BeforeEach
    void write() throws IOException {
        Path data = directory.resolve("data");
        left = directory.resolve("left");
        try (Store store = Store.open(data, new NativeMemory(1 << 28))) {
            PointStore points = store.create("c", CollectionConfig.of(DIMENSION, Metric.IP));
            for (int i = 0; i < BATCHES; i++) {
                try (StoreBatch batch = points.batch()) {
                    for (int row = i == BATCHES - 1 ? 0 : random.nextInt(i % 4 == 0 ? 100 : 3); row >= 0; row--) {
                        batch.put(PointKey.encode(PointId.of(row)), new float[DIMENSION], new byte[0], i);
                    }
                    batch.sequence(i + 1);
                    batch.commit();
                }
            }
            copy(data, left);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.resolve("rocksdb"));
        try (Stream<Path> files = Files.list(from.resolve("rocksdb"))) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve("rocksdb").resolve(file.getFileName()));
            }
        }
    }

    private static Path log(Path data) throws IOException {
        try (Stream<Path> files = Files.list(data.resolve("rocksdb"))) {
            return files.filter(path -> path.toString().endsWith(".log"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Of the last write; 0 too if even the creation of the collection is lost. */
    private static long sequence(Path data) {
        try (Store store = Store.open(data, new NativeMemory(1 << 28))) {
            PointStore points = store.collections().get("c");
            return points == null ? 0 : points.lastSequence();
        }
    }

    @Test
    void aLogAndAManifestOfRocksDbAreSoundToTheLastByte() throws IOException {
        try (Stream<Path> files = Files.list(left.resolve("rocksdb"))) {
            List<Path> logs = files.filter(path -> path.toString().matches(".*(\\.log|MANIFEST-[0-9]+)"))
                    .toList();
            assertEquals(2, logs.size());
            for (Path path : logs) {
                LogFile log = LogFile.check(path);
                assertEquals(LogFile.End.NOTHING, log.end());
                assertEquals(Files.size(path), log.sound());
            }
        }
        assertEquals(BATCHES, sequence(left));
    }

    @Test
    void aLogThatIsCutAnywhereIsTornAndOpensAsItWasBefore() throws IOException {
        byte[] whole = Files.readAllBytes(log(left));
        for (int i = 0; i < 20; i++) {
            Path data = directory.resolve("cut" + i);
            copy(left, data);
            int at = random.nextInt(whole.length);
            Files.write(log(data), Arrays.copyOf(whole, at));
            LogFile log = LogFile.check(log(data));
            assertTrue(log.sound() <= at);
            assertTrue(log.end() == LogFile.End.TORN || log.sound() == at, log.toString());
        }
    }

    @Test
    void bytesBehindTheLastRecordAreCutOffAndKept() throws IOException {
        byte[] whole = Files.readAllBytes(log(left));
        for (int i = 0; i < ROUNDS; i++) {
            Path data = directory.resolve("more" + i);
            copy(left, data);
            byte[] more = Arrays.copyOf(whole, whole.length + 1 + random.nextInt(i < ROUNDS / 2 ? 600 : 60_000));
            byte[] noise = new byte[more.length - whole.length];
            if (i % 3 != 0) {
                random.nextBytes(noise);
            }
            System.arraycopy(noise, 0, more, whole.length, noise.length);
            Files.write(log(data), more);
            assertEquals(whole.length, LogFile.check(log(data)).sound());
            assertEquals(BATCHES, assertTimeoutPreemptively(LONGEST, () -> sequence(data)));
            try (Stream<Path> kept = Files.list(data.resolve("quarantine"))) {
                assertEquals(noise.length, Files.size(kept.findFirst().orElseThrow()));
            }
        }
    }

    @Test
    void aChangedRecordInFrontOfOthersIsDamageThatIsNamed() throws IOException {
        byte[] whole = Files.readAllBytes(log(left));
        for (int i = 0; i < ROUNDS; i++) {
            Path data = directory.resolve("changed" + i);
            copy(left, data);
            byte[] bytes = whole.clone();
            bytes[random.nextInt(whole.length - LAST_RECORD)] ^= (byte) (1 << random.nextInt(8));
            Files.write(log(data), bytes);
            assertEquals(LogFile.End.DAMAGE, LogFile.check(log(data)).end());
            var error = assertThrows(
                    EngineException.StorageFailure.class, () -> Store.open(data, new NativeMemory(1 << 28)));
            assertTrue(error.getMessage().contains(log(data).toString()), error.getMessage());
            assertFalse(Store.repairLogs(data).isEmpty());
            assertTrue(sequence(data) < BATCHES);
        }
    }
}
