package io.vecino;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.Durability;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process with an engine, killed in the middle of mixed operations, again and again on one directory: what is found is the
 * state after a prefix of the operations, with every acknowledged one. With {@code -Dvecino.test.long}: 250 kills for each
 * durability, or as many as {@code -Dvecino.test.kills} says.
 */
class CrashIT {
    private static final int SEAL_POINTS = 80;
    private static final int MOST_MILLIS = 1_000;
    private static final int LEAST_MILLIS = 5;

    @TempDir
    private Path directory;

    private final int kills = Integer.getInteger("vecino.test.kills", Boolean.getBoolean("vecino.test.long") ? 250 : 4);
    private final Random random = Vectors.random("CrashIT");

    private static EngineConfig settings(Path data) {
        return EngineConfig.of(data).withSealPoints(SEAL_POINTS);
    }

    /** Runs in the process that is killed: directory, seed, first operation. Prints the operations that are done. */
    public static void main(String[] args) {
        Operations operations = new Operations(Long.parseLong(args[1]));
        try (Engine engine = Engine.open(settings(Path.of(args[0])))) {
            EngineCollection docs = engine.collection("docs");
            for (int i = Integer.parseInt(args[2]); ; i++) {
                operations.run(i, docs);
                System.out.println(i);
                System.out.flush();
            }
        }
    }

    private static Process start(Path data, long seed, int first) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashIT.class.getName(),
                        data.toString(),
                        String.valueOf(seed),
                        String.valueOf(first)))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Kills a process some time after its first operation; returns how many operations were acknowledged in all. */
    private int runAndKill(Path data, long seed, int first) throws IOException, InterruptedException {
        Process process = start(data, seed, first);
        int acknowledged = first;
        int millis = LEAST_MILLIS + random.nextInt(MOST_MILLIS);
        try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
            String line = lines.readLine();
            // Unlike the process's own method, its handle's leaves the stream open, with what was acknowledged last.
            CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS)
                    .execute(() -> process.toHandle().destroyForcibly());
            while (line != null) {
                // The last line may be cut short.
                acknowledged += line.equals(String.valueOf(acknowledged)) ? 1 : 0;
                line = lines.readLine();
            }
        }
        process.waitFor();
        return acknowledged;
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void whatIsFoundIsAPrefixWithEverythingAcknowledged(Durability durability) throws Exception {
        long seed = random.nextInt(1_000_000);
        Operations operations = new Operations(seed);
        try (Engine engine = Engine.open(settings(directory))) {
            engine.create("docs", Operations.config(durability));
        }
        Map<PointId, Point> expected = new TreeMap<>();
        int done = 0;
        int segments = 0;
        for (int kill = 0; kill < kills; kill++) {
            int acknowledged = runAndKill(directory, seed, done);
            try (Engine engine = Engine.open(settings(directory))) {
                EngineCollection docs = engine.collection("docs");
                for (; done < acknowledged; done++) {
                    operations.run(done, expected);
                }
                if (!Operations.holds(docs, expected)) {
                    operations.run(done, expected);
                    done++;
                    assertTrue(
                            Operations.holds(docs, expected),
                            "neither the state after " + acknowledged + " operations nor the next, seed " + seed);
                }
                Operations.verify(docs, expected);
                segments += docs.info().segments();
            }
        }
        System.out.println("CrashIT: " + durability + ", " + kills + " kills, " + done + " operations, " + segments
                + " segments found");
        assertTrue(done > kills, done + " operations");
        assertTrue(segments > 0, "nothing was sealed");
    }
}
