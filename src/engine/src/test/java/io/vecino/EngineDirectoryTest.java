package io.vecino;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.CollectionConfig;
import io.vecino.model.DirectoryReport;
import io.vecino.model.EngineException;
import io.vecino.model.FieldType;
import io.vecino.model.Metric;
import io.vecino.model.Payload;
import io.vecino.model.Pipeline;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.SearchRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineDirectoryTest {
    private static final int DIMENSION = 8;
    private static final int POINTS = 500;
    private static final CollectionConfig CONFIG = CollectionConfig.of(DIMENSION, Metric.IP)
            .with(Pipeline.parse("none/int8"))
            .withPayloadIndexes(Map.of("n", FieldType.INTEGER));

    @TempDir
    private Path directory;

    private final Random random = Vectors.random("EngineDirectoryTest");

    private List<Point> points() {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < POINTS; i++) {
            Payload payload = new Payload(Map.of("n", i));
            points.add(new Point(PointId.of(i), Vectors.gaussian(random, DIMENSION, 1), payload));
        }
        return points;
    }

    private void fill(Path data) {
        try (Engine engine = Engine.open(data)) {
            EngineCollection docs = engine.create("docs", CONFIG);
            List<Point> points = points();
            docs.upsert(points.subList(0, 400));
            docs.optimize();
            docs.upsert(points.subList(300, POINTS));
        }
    }

    private static List<Path> files(Path data, String part) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(
                            path -> Files.isRegularFile(path) && path.toString().contains(part))
                    .toList();
        }
    }

    @Test
    void aSoundDirectoryIsSaidToBeSound() {
        fill(directory);
        DirectoryReport report = EngineDirectory.verify(directory);
        assertTrue(report.sound(), report.toString());
        assertEquals(POINTS, report.collections().getFirst().points());
        assertThrows(EngineException.InvalidArgument.class, () -> EngineDirectory.repair(directory.resolve("nothing")));
    }

    @Test
    void aDamagedSegmentFileIsNamedAndRepaired() throws IOException {
        for (String kind : List.of(".ids", ".index", ".fields")) {
            Path data = directory.resolve(kind);
            fill(data);
            Path file = files(data, "1" + kind).getFirst();
            byte[] bytes = Files.readAllBytes(file);
            bytes[random.nextInt(bytes.length)] ^= 16;
            Files.write(file, bytes);
            DirectoryReport found = EngineDirectory.verify(data);
            assertFalse(found.sound());
            assertTrue(found.toString().contains(file.toString()), found.toString());
            DirectoryReport repaired = EngineDirectory.repair(data);
            assertFalse(repaired.collections().getFirst().repairs().isEmpty());
            assertTrue(EngineDirectory.verify(data).sound());
            try (Engine engine = Engine.open(data)) {
                EngineCollection docs = engine.collection("docs");
                assertEquals(POINTS, docs.count());
                assertEquals(1, docs.info().segments());
                assertEquals(
                        POINTS,
                        docs.search(SearchRequest.of(Vectors.gaussian(random, DIMENSION, 1), 1_000))
                                .size());
            }
        }
    }

    @Test
    void damageInTheMiddleOfTheLogIsRefusedUntilItIsRepaired() throws IOException {
        Path left = directory.resolve("left");
        List<Point> points = points();
        try (Engine engine = Engine.open(directory.resolve("data"))) {
            EngineCollection docs = engine.create("docs", CONFIG);
            for (int i = 0; i < 10; i++) {
                docs.upsert(points.subList(10 * i, 10 * i + 10));
            }
            copy(directory.resolve("data"), left);
        }
        Path log = files(left, ".log").getFirst();
        byte[] bytes = Files.readAllBytes(log);
        bytes[bytes.length / 2] ^= 1;
        Files.write(log, bytes);
        var error = assertThrows(EngineException.StorageFailure.class, () -> Engine.open(left));
        assertTrue(error.getMessage().contains(log.toString()), error.getMessage());
        assertFalse(EngineDirectory.verify(left).sound());
        DirectoryReport repaired = EngineDirectory.repair(left);
        assertTrue(repaired.problems().getFirst().contains(log.toString()), repaired.toString());
        assertFalse(repaired.repairs().isEmpty());
        assertTrue(EngineDirectory.verify(left).sound());
        try (Engine engine = Engine.open(left)) {
            long count = engine.collection("docs").count();
            assertTrue(count > 0 && count < 100 && count % 10 == 0, "a prefix: " + count);
        }
        assertFalse(files(left, "quarantine").isEmpty());
    }

    @Test
    void aDirectoryThatIsOpenIsLeftAlone() {
        try (Engine engine = Engine.open(directory)) {
            assertThrows(EngineException.StorageFailure.class, () -> EngineDirectory.verify(directory));
            assertThrows(EngineException.StorageFailure.class, () -> EngineDirectory.repair(directory));
            assertEquals(List.of(), engine.collections());
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        for (Path file : files(from, "")) {
            Path target = to.resolve(from.relativize(file).toString());
            Files.createDirectories(Objects.requireNonNull(target.getParent()));
            Files.copy(file, target);
        }
    }
}
