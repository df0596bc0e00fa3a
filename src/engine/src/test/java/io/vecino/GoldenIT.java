package io.vecino;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.CollectionConfig;
import io.vecino.model.CollectionInfo;
import io.vecino.model.Durability;
import io.vecino.model.FieldType;
import io.vecino.model.Filter;
import io.vecino.model.IndexSpec;
import io.vecino.model.Metric;
import io.vecino.model.Payload;
import io.vecino.model.Pipeline;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.ProgressListener;
import io.vecino.model.ScoredPoint;
import io.vecino.model.SearchParams;
import io.vecino.model.SearchRequest;
import io.vecino.storage.SnapshotManifest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Snapshots that earlier builds wrote, in {@code src/test/resources/io/vecino/golden}, are read and hold what was put into
 * them. How they were made is the last test.
 */
class GoldenIT {
    private static final int DIMENSION = 16;
    private static final int POINTS = 160;
    private static final int SEALED = 140;
    private static final int UPDATED = 20;
    private static final List<String> COLLECTIONS = List.of("flat", "reduced", "faiss");

    @TempDir
    private Path directory;

    private static CollectionConfig config(String collection) {
        return switch (collection) {
            case "flat" ->
                config(Metric.L2, "none/int8+refine:f16", "flat")
                        .withPayloadIndexes(Map.of(
                                "word", FieldType.KEYWORD,
                                "n", FieldType.INTEGER,
                                "x", FieldType.FLOAT,
                                "even", FieldType.BOOLEAN,
                                "at", FieldType.DATETIME));
            case "reduced" -> config(Metric.COSINE, "pca:8/rabitq:4", "flat");
            case "faiss" -> config(Metric.IP, "none/f32", "faiss:IVF4,Flat");
            default -> throw new IllegalArgumentException(collection);
        };
    }

    private static CollectionConfig config(Metric metric, String pipeline, String index) {
        return new CollectionConfig(
                DIMENSION, metric, Pipeline.parse(pipeline), IndexSpec.parse(index), Durability.FSYNC);
    }

    private static PointId id(int i) {
        return switch (i % 3) {
            case 0 -> PointId.of(i);
            case 1 -> new PointId.Uuid(new UUID(i, 7));
            default -> PointId.of("text " + i);
        };
    }

    /** @param version which of the values that the point has had */
    private static Point point(int i, int version) {
        float[] vector = new float[DIMENSION];
        for (int j = 0; j < DIMENSION; j++) {
            vector[j] = (float) Math.floorMod((i + 3 * version + 1) * (7 * j + 13) + i * i * (j + 1), 211) / 100 - 1;
        }
        return new Point(
                id(i),
                vector,
                new Payload(Map.of(
                        "word",
                        "w" + i % 7,
                        "n",
                        i,
                        "x",
                        i / 4.0,
                        "even",
                        i % 2 == 0,
                        "at",
                        "2026-01-" + (10 + i % 20) + "T00:00:00Z")));
    }

    /** 140 points sealed; then 20 more, 20 replaced and each tenth removed. */
    private static void fill(EngineCollection docs) {
        docs.upsert(range(0, SEALED, 0));
        docs.optimize();
        docs.upsert(range(SEALED, POINTS, 0));
        docs.upsert(range(0, UPDATED, 1));
        docs.delete(removed());
    }

    private static List<Point> range(int first, int end, int version) {
        return java.util.stream.IntStream.range(first, end)
                .mapToObj(i -> point(i, version))
                .toList();
    }

    private static List<PointId> removed() {
        return java.util.stream.IntStream.range(0, POINTS / 10)
                .mapToObj(i -> id(10 * i))
                .toList();
    }

    private static Map<PointId, Point> expected() {
        Map<PointId, Point> points = new TreeMap<>();
        range(0, POINTS, 0).forEach(point -> points.put(point.id(), point));
        range(0, UPDATED, 1).forEach(point -> points.put(point.id(), point));
        removed().forEach(points::remove);
        return points;
    }

    private static double score(Metric metric, float[] a, float[] b) {
        double dot = 0;
        double distance = 0;
        double norm = 0;
        for (int j = 0; j < DIMENSION; j++) {
            dot += (double) a[j] * b[j];
            distance += ((double) a[j] - b[j]) * ((double) a[j] - b[j]);
            norm += (double) b[j] * b[j];
        }
        return switch (metric) {
            case L2 -> -distance;
            case IP -> dot;
            case COSINE -> dot / Math.sqrt(norm);
        };
    }

    private static void verify(EngineCollection docs) {
        Map<PointId, Point> expected = expected();
        Metric metric = docs.config().metric();
        CollectionInfo info = docs.info();
        assertEquals(expected.size(), info.points());
        assertEquals(1, info.segments(), "sealed segments are taken over, not rebuilt");
        expected.forEach((id, point) -> {
            assertArrayEquals(point.vector(), docs.get(id).orElseThrow().vector());
            assertEquals(point.payload(), docs.get(id).orElseThrow().payload());
        });
        SearchParams params = new SearchParams(SearchParams.DEFAULT.efSearch(), OptionalInt.of(4), 50, false);
        for (int q = 0; q < 20; q++) {
            float[] query = point(1_000 + q, 0).vector();
            PointId nearest = expected.values().stream()
                    .max(Comparator.comparingDouble(point -> score(metric, query, point.vector())))
                    .orElseThrow()
                    .id();
            List<ScoredPoint> hits = docs.search(SearchRequest.of(query, 3).with(params));
            assertEquals(nearest, hits.getFirst().id(), "query " + q);
        }
        for (Filter filter :
                List.of(Filter.eq("word", "w3"), Filter.eq("n", 41), Filter.eq("even", true), Filter.eq("x", 10.25))) {
            assertEquals(
                    expected.values().stream()
                            .filter(point -> matches(filter, point))
                            .count(),
                    docs.count(filter));
        }
    }

    private static boolean matches(Filter filter, Point point) {
        return point.payload().fields().entrySet().stream()
                .anyMatch(field -> Filter.eq(field.getKey(), field.getValue()).equals(filter));
    }

    private static Path golden(String version) throws Exception {
        return Path.of(Objects.requireNonNull(GoldenIT.class.getResource("golden/" + version))
                .toURI());
    }

    @ParameterizedTest
    @ValueSource(strings = {"flat", "reduced", "faiss"})
    void readsSnapshotsOfFormatVersionOne(String collection) throws Exception {
        try (Engine engine =
                Engine.open(EngineConfig.of(directory.resolve("data")).withSnapshots(golden("v1")))) {
            EngineCollection restored =
                    engine.snapshots().restore(collection, "golden", collection, false, ProgressListener.NONE);
            assertEquals(config(collection), restored.config());
            verify(restored);
            restored.optimize();
            verify(restored);
        }
        try (Engine engine = Engine.open(directory.resolve("data"))) {
            verify(engine.collection(collection));
        }
        assertFalse(Files.exists(directory.resolve("data/quarantine")));
    }

    /** With {@code -Dvecino.test.golden=<folder>} they are written there and stay. */
    @Test
    void goldenSnapshotsAreMadeLikeThis() throws Exception {
        String kept = System.getProperty("vecino.test.golden");
        Path folder = kept == null ? directory.resolve("golden") : Path.of(kept);
        try (Engine engine =
                Engine.open(EngineConfig.of(directory.resolve("data")).withSnapshots(folder))) {
            for (String collection : COLLECTIONS) {
                EngineCollection docs = engine.create(collection, config(collection));
                fill(docs);
                verify(docs);
                engine.snapshots().create(collection, "golden", ProgressListener.NONE);
                Path made = folder.resolve(collection).resolve("golden");
                if (kept == null) {
                    assertEquals(kinds(golden("v1").resolve(collection).resolve("golden")), kinds(made));
                }
            }
        }
        assertTrue(Files.size(folder.resolve("flat/golden/" + SnapshotManifest.NAME)) > 0);
    }

    /** What kinds of files there are: how many tables RocksDB makes is its own affair. */
    private static List<String> kinds(Path snapshot) {
        return SnapshotManifest.read(snapshot).files().keySet().stream()
                .map(path -> path.replaceAll("[0-9]+", "N"))
                .distinct()
                .sorted()
                .toList();
    }
}
