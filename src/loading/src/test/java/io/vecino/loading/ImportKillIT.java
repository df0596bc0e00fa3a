package io.vecino.loading;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Engine;
import io.vecino.EngineCollection;
import io.vecino.EngineConfig;
import io.vecino.loading.file.Format;
import io.vecino.loading.file.PointFiles;
import io.vecino.loading.file.PointReader;
import io.vecino.loading.file.PointWriter;
import io.vecino.loading.file.ReadOptions;
import io.vecino.model.CollectionConfig;
import io.vecino.model.Durability;
import io.vecino.model.IndexSpec;
import io.vecino.model.Metric;
import io.vecino.model.Payload;
import io.vecino.model.Pipeline;
import io.vecino.model.PointId;
import io.vecino.model.ScrollPage;
import io.vecino.model.ScrollRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An import in a process of its own, killed again and again, until it is done. */
class ImportKillIT {
    private static final int KILLS = Boolean.getBoolean("vecino.test.long") ? 20 : 2;
    private static final int ROWS_PER_KILL = 60_000;
    private static final int DIMENSION = 24;
    private static final int MOST_MILLIS = 1_000;

    @TempDir
    private Path folder = Path.of("");

    private static float[] vector(long id) {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (id * 31 + i) % 1009;
        }
        return vector;
    }

    /** Loads a file into a directory; says when it begins. */
    static void main(String[] args) {
        Path data = Path.of(args[0]);
        Path file = Path.of(args[1]);
        try (Engine engine = Engine.open(EngineConfig.of(data).withSealPoints(5_000));
                PointReader reader = PointFiles.open(file, ReadOptions.DEFAULT)) {
            EngineCollection into = engine.collections().contains("c")
                    ? engine.collection("c")
                    : engine.create(
                            "c",
                            new CollectionConfig(
                                    DIMENSION,
                                    Metric.L2,
                                    Pipeline.parse("none/int8"),
                                    new IndexSpec.Flat(),
                                    Durability.parse(args[2])));
            System.out.println("begins");
            ImportResult result = new Importer(
                            reader,
                            new EngineTarget(into),
                            new ImportOptions(16 << 10, 2, Long.MAX_VALUE, false),
                            new Journal(data.resolve("journal"), file.toString()),
                            null,
                            ImportListener.NONE)
                    .run();
            System.out.println(result);
        }
    }

    private @Nullable String child(Path data, Path file, Durability durability, int killAfter)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ImportKillIT.class.getName(),
                        data.toString(),
                        file.toString(),
                        durability.id()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var out = process.inputReader()) {
            assertEquals("begins", out.readLine());
            if (killAfter >= 0 && !process.waitFor(killAfter, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                return null;
            }
            return out.readLine();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void storesEachRowOnceHoweverOftenItIsKilled(Durability durability) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Path data = folder.resolve("data");
        Path file = folder.resolve("x.npy");
        int rows = KILLS * ROWS_PER_KILL;
        try (PointWriter writer = PointWriter.create(file, Format.NPY, DIMENSION)) {
            for (int i = 0; i < rows; i++) {
                writer.write(PointId.of(i), vector(i), Payload.EMPTY);
            }
            writer.finish();
        }
        int kills = 0;
        String result = null;
        while (kills < KILLS && result == null) {
            result = child(data, file, durability, random.nextInt(MOST_MILLIS));
            kills += result == null ? 1 : 0;
        }
        result = result == null ? child(data, file, durability, -1) : result;
        System.err.println("seed " + seed + ", " + durability.id() + ": " + kills + " kills, then " + result);
        assertTrue(result != null && result.contains("stored=" + rows), result);
        try (Engine engine = Engine.open(data)) {
            EngineCollection into = engine.collection("c");
            assertEquals(rows, into.count());
            long expected = 0;
            PointId after = null;
            do {
                ScrollPage page = into.scroll(new ScrollRequest(after, 10_000, null, true));
                for (ScrollPage.Entry point : page.points()) {
                    assertEquals(PointId.of(expected), point.id());
                    assertArrayEquals(vector(expected), point.vector());
                    expected++;
                }
                after = page.next();
            } while (after != null);
            assertEquals(rows, expected);
        }
    }
}
