package io.vecino;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.Durability;
import io.vecino.model.EngineException;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that cannot write beyond some byte of a file, set by {@code prlimit}, refuses the write, goes on reading and loses
 * nothing. With {@code -Dvecino.test.small=DIR}, a directory on a small file system of its own, that is filled up instead.
 * With {@code -Dvecino.test.long}: at 100 points.
 */
class DiskFullIT {
    private static final int SEAL_POINTS = 80;
    private static final int MOST_BYTES = 400_000;
    private static final int LEAST_BYTES = 2_000;
    private static final int MOST_OPERATIONS = 2_000;
    private static final long PATIENCE = 20_000_000_000L;
    private static final String SMALL = System.getProperty("vecino.test.small", "");

    @TempDir
    private Path directory;

    private final int rounds = Boolean.getBoolean("vecino.test.long") ? 100 : 4;
    private final Random random = Vectors.random("DiskFullIT");

    private static EngineConfig settings(Path data) {
        return EngineConfig.of(data).withSealPoints(SEAL_POINTS);
    }

    /** What takes the room away and gives it back. */
    private interface Room {
        void take() throws IOException, InterruptedException;

        void give() throws IOException, InterruptedException;
    }

    private static void limit(String bytes) throws IOException, InterruptedException {
        String process = String.valueOf(ProcessHandle.current().pid());
        new ProcessBuilder("prlimit", "--pid", process, "--fsize=" + bytes + ":unlimited")
                .start()
                .waitFor();
    }

    private static Room room(Path data, int bytes) {
        Path ballast = data.resolveSibling("ballast");
        return new Room() {
            @Override
            public void take() throws IOException, InterruptedException {
                if (SMALL.isEmpty()) {
                    limit(String.valueOf(bytes));
                    return;
                }
                long free = Files.getFileStore(data).getUsableSpace() - bytes;
                try (RandomAccessFile file = new RandomAccessFile(ballast.toFile(), "rw")) {
                    byte[] block = new byte[4096];
                    for (long written = 0; written < free; written += block.length) {
                        file.write(block);
                    }
                }
            }

            @Override
            public void give() throws IOException, InterruptedException {
                if (SMALL.isEmpty()) {
                    limit("unlimited");
                } else {
                    Files.delete(ballast);
                }
            }
        };
    }

    /** Runs in a process of its own: directory, seed, first operation, bytes. Prints what was done and how it ended. */
    public static void main(String[] args) throws Exception {
        Operations operations = new Operations(Long.parseLong(args[1]));
        int operation = Integer.parseInt(args[2]);
        Map<PointId, Point> expected = new TreeMap<>();
        for (int i = 0; i < operation; i++) {
            operations.run(i, expected);
        }
        Room room = room(Path.of(args[0]), Integer.parseInt(args[3]));
        try (Engine engine = Engine.open(settings(Path.of(args[0])))) {
            EngineCollection docs = engine.collection("docs");
            room.take();
            EngineException refusal = null;
            for (int end = operation + MOST_OPERATIONS; refusal == null && operation < end; ) {
                try {
                    operations.run(operation, docs);
                    operations.run(operation, expected);
                    System.out.println("done " + operation++);
                } catch (EngineException e) {
                    refusal = e;
                }
            }
            if (refusal != null) {
                System.out.println("refused " + refusal.getClass().getSimpleName() + " " + refusal.getMessage());
                Operations.verify(docs, expected);
                System.out.println("reads");
            }
            room.give();
            System.out.println(refusal == null || recovers(operations, operation, docs) ? "recovered" : "stays closed");
        } finally {
            System.out.flush();
        }
    }

    private static boolean recovers(Operations operations, int operation, EngineCollection docs) {
        for (long start = System.nanoTime(); System.nanoTime() - start < (SMALL.isEmpty() ? 0 : PATIENCE); ) {
            try {
                operations.run(operation, docs);
                return true;
            } catch (EngineException.ResourceExhausted | EngineException.StorageFailure e) {
                Thread.onSpinWait();
            }
        }
        return false;
    }

    private static List<String> run(Path data, long seed, int first, int bytes)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Xmx512m",
                        "-XX:TieredStopAtLevel=1",
                        "-Dvecino.test.small=" + SMALL,
                        "-cp",
                        System.getProperty("java.class.path"),
                        DiskFullIT.class.getName(),
                        data.toString(),
                        String.valueOf(seed),
                        String.valueOf(first),
                        String.valueOf(bytes)))
                .redirectErrorStream(true)
                .start();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            List<String> output = lines.lines().toList();
            process.waitFor();
            return output;
        }
    }

    @Test
    void aWriteWithoutRoomIsRefusedAndNothingIsLost() throws Exception {
        Path data = (SMALL.isEmpty() ? directory : Path.of(SMALL)).resolve("data");
        long seed = random.nextInt(1_000_000);
        Operations operations = new Operations(seed);
        Map<PointId, Point> expected = new TreeMap<>();
        int done = 0;
        int refused = 0;
        int recovered = 0;
        try (Engine engine = Engine.open(settings(data))) {
            engine.create("docs", Operations.config(Durability.FSYNC));
        }
        for (int round = 0; round < rounds; round++) {
            List<String> output = run(data, seed, done, LEAST_BYTES + random.nextInt(MOST_BYTES));
            String said = String.join("\n", output.subList(Math.max(0, output.size() - 20), output.size()));
            for (String line : output) {
                if (line.equals("done " + done)) {
                    operations.run(done++, expected);
                }
            }
            if (output.stream().anyMatch(line -> line.startsWith("refused"))) {
                refused++;
                assertTrue(said.contains("refused ResourceExhausted"), said);
                assertTrue(output.contains("reads"), said);
            }
            recovered += output.contains("recovered") ? 1 : 0;
            assertTrue(output.contains("recovered") || output.contains("stays closed"), said);
            try (Engine engine = Engine.open(settings(data))) {
                EngineCollection docs = engine.collection("docs");
                if (!Operations.holds(docs, expected)) {
                    operations.run(done++, expected);
                    assertTrue(Operations.holds(docs, expected), "seed " + seed + ", operation " + done + ": " + said);
                }
                Operations.verify(docs, expected);
            }
        }
        System.out.println("DiskFullIT: " + rounds + " processes, " + refused + " refused a write, " + recovered
                + " went on when there was room, " + done + " operations");
        assertTrue(refused > 0, "no write was refused");
    }
}
