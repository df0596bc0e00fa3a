package io.vecino.loading.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vecino.model.EngineException;
import io.vecino.model.Payload;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written is read again, bit by bit. */
class WritersTest {
    @TempDir
    private Path folder = Path.of("");

    private static List<Point> points(boolean numbers) {
        Random random = new Random(7);
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            float[] vector = new float[5];
            for (int j = 0; j < vector.length; j++) {
                vector[j] = Float.intBitsToFloat(random.nextInt());
                vector[j] = Float.isFinite(vector[j]) ? vector[j] : j;
            }
            PointId id = numbers
                    ? PointId.of(i == 0 ? -1 : i)
                    : i % 2 == 0 ? PointId.of("t" + i) : new PointId.Uuid(new UUID(i, random.nextLong()));
            Payload payload = i % 3 == 0
                    ? Payload.EMPTY
                    : new Payload(Map.of("a", i, "b", List.of("x", 1.5, true), "c", Map.of("é", "\n\"")));
            points.add(new Point(id, vector, payload));
        }
        return points;
    }

    private static void requireEqual(List<Point> expected, List<Point> got) {
        assertEquals(expected.size(), got.size());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).id(), got.get(i).id());
            assertEquals(expected.get(i).payload(), got.get(i).payload());
            assertArrayEquals(expected.get(i).vector(), got.get(i).vector());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "x.jsonl, jsonl, true",
        "x.jsonl.gz, jsonl, false",
        "x.jsonl.zst, jsonl, true",
        "x.parquet, parquet, true",
        "y.parquet, parquet, false",
        "x.npy, npy, true",
        "x.fvecs, fvecs, false"
    })
    void comesBackAsItWent(String name, String format, boolean numbers) {
        Path file = folder.resolve(name);
        Format as = Format.parse(format);
        List<Point> points = points(numbers);
        try (PointWriter writer = PointWriter.create(file, as, 5)) {
            points.forEach(point -> writer.write(point.id(), point.vector(), point.payload()));
            assertFalse(Files.exists(file));
            writer.finish();
        }
        boolean beside = as == Format.NPY || as == Format.FVECS;
        ReadOptions options =
                beside ? ReadOptions.DEFAULT.withIds(folder.resolve(name + PointWriter.BESIDE)) : ReadOptions.DEFAULT;
        requireEqual(points, Sample.points(file, options));
    }

    @Test
    void leavesNothingOfAFileThatWasNotFinished() throws Exception {
        Path file = folder.resolve("x.npy");
        try (PointWriter writer = PointWriter.create(file, Format.NPY, 2)) {
            writer.write(PointId.of(1), new float[2], Payload.EMPTY);
            assertThrows(
                    EngineException.InvalidArgument.class,
                    () -> writer.write(PointId.of(2), new float[3], Payload.EMPTY));
        }
        try (var left = Files.list(folder)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void doesNotMixIdsInParquet() {
        try (PointWriter writer = PointWriter.create(folder.resolve("x.parquet"), Format.PARQUET, 1)) {
            writer.write(PointId.of(1), new float[1], Payload.EMPTY);
            assertThrows(
                    EngineException.InvalidArgument.class,
                    () -> writer.write(PointId.of("a"), new float[1], Payload.EMPTY));
        }
    }
}
