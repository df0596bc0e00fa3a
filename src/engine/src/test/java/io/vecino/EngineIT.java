package io.vecino;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.CollectionConfig;
import io.vecino.model.Durability;
import io.vecino.model.EngineException;
import io.vecino.model.IndexSpec;
import io.vecino.model.MemoryReport;
import io.vecino.model.MemoryUse;
import io.vecino.model.Metric;
import io.vecino.model.Payload;
import io.vecino.model.Pipeline;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.ScoredPoint;
import io.vecino.model.SearchParams;
import io.vecino.model.SearchRequest;
import io.vecino.model.TrialRequest;
import io.vecino.model.TrialResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineIT {
    private static final int DIMENSION = 24;

    @TempDir
    private Path directory;

    private final Random random = Vectors.random("EngineIT");

    private static List<Point> points(List<float[]> vectors, int firstId) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < vectors.size(); i++) {
            Payload payload = new Payload(Map.of("row", firstId + i, "text", "number " + (firstId + i)));
            points.add(new Point(PointId.of(firstId + i), vectors.get(i), payload));
        }
        return points;
    }

    private static List<PointId> ids(List<ScoredPoint> hits) {
        return hits.stream().map(ScoredPoint::id).toList();
    }

    private static SearchRequest exact(float[] query, int k) {
        return new SearchRequest(query, k, SearchParams.EXACT, false, false);
    }

    private CollectionConfig config(Metric metric, String pipeline) {
        return CollectionConfig.of(DIMENSION, metric).with(Pipeline.parse(pipeline));
    }

    @Test
    void returnsWhatWasStoredBitForBitAlsoAfterReopening() {
        List<float[]> vectors = Vectors.clustered(random, 300, DIMENSION);
        try (Engine engine = Engine.open(directory)) {
            engine.create("docs", config(Metric.COSINE, "none/f32")).upsert(points(vectors, 0));
        }
        try (Engine engine = Engine.open(directory)) {
            EngineCollection docs = engine.collection("docs");
            assertEquals(300, docs.info().points());
            for (int i = 0; i < 300; i++) {
                var stored = docs.get(PointId.of(i)).orElseThrow();
                assertArrayEquals(vectors.get(i), stored.vector());
                assertEquals((long) i, stored.payload().fields().get("row"));
                assertEquals(1, stored.version());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void exactSearchOrdersByTheMetricOfTheUser(Metric metric) {
        List<float[]> vectors = Vectors.clustered(random, 200, DIMENSION);
        try (Engine engine = Engine.open(directory)) {
            EngineCollection docs = engine.create("docs", config(metric, "pca:4/int8"));
            docs.upsert(points(vectors, 0));
            assertEquals(List.of(), docs.info().spectrum());
            docs.optimize();
            assertEquals(DIMENSION, docs.info().spectrum().size());
            assertTrue(
                    docs.info().spectrum().getFirst() >= docs.info().spectrum().getLast());
            float[] query = Vectors.gaussian(random, DIMENSION, 1);
            List<ScoredPoint> hits = docs.search(exact(query, 200));
            assertEquals(200, hits.size());
            for (int i = 0; i < hits.size(); i++) {
                double expected = score(
                        metric,
                        query,
                        vectors.get(Integer.parseInt(hits.get(i).id().toString())));
                assertEquals(expected, hits.get(i).score(), 1e-4 * Math.max(1, Math.abs(expected)));
                if (i > 0) {
                    float step = hits.get(i).score() - hits.get(i - 1).score();
                    assertTrue(metric == Metric.L2 ? step >= 0 : step <= 0, "order at " + i);
                }
            }
        }
    }

    private static double score(Metric metric, float[] a, float[] b) {
        double dot = 0;
        double aa = 0;
        double bb = 0;
        double squared = 0;
        for (int j = 0; j < a.length; j++) {
            dot += (double) a[j] * b[j];
            aa += (double) a[j] * a[j];
            bb += (double) b[j] * b[j];
            squared += ((double) a[j] - b[j]) * ((double) a[j] - b[j]);
        }
        return switch (metric) {
            case IP -> dot;
            case COSINE -> dot / Math.sqrt(aa * bb);
            case L2 -> Math.sqrt(squared);
        };
    }

    @ParameterizedTest
    @CsvSource({
        "ip, none/f32",
        "ip, none/f16",
        "ip, none/int8",
        "ip, pca:12/int8",
        "l2, pca:12/f32",
        "l2, none/int8",
        "cosine, pca:12/int8",
        "cosine, pca:24/f16"
    })
    void compressedSearchWithGenerousOversamplingEqualsExactSearch(String metric, String pipeline) {
        List<float[]> vectors = Vectors.clustered(random, 1_500, DIMENSION);
        try (Engine engine = Engine.open(directory)) {
            EngineCollection docs = engine.create("docs", config(Metric.parse(metric), pipeline));
            docs.upsert(points(vectors, 0));
            docs.optimize();
            assertEquals(0, docs.info().unsealedPoints());
            int agreed = 0;
            for (int q = 0; q < 50; q++) {
                float[] query = vectors.get(random.nextInt(1_500));
                SearchParams params =
                        new SearchParams(SearchParams.DEFAULT.efSearch(), SearchParams.DEFAULT.nprobe(), 30, false);
                List<PointId> found = ids(docs.search(new SearchRequest(query, 10, params, false, false)));
                List<PointId> truth = ids(docs.search(exact(query, 10)));
                assertEquals(10, found.size());
                agreed += (int) found.stream().filter(truth::contains).count();
            }
            assertTrue(agreed >= 495, agreed + " of 500 neighbours");
        }
    }

    @Test
    void upsertReplacesAndDeleteRemovesWhereverThePointLives() {
        List<float[]> vectors = Vectors.clustered(random, 100, DIMENSION);
        try (Engine engine = Engine.open(directory)) {
            EngineCollection docs = engine.create("docs", config(Metric.L2, "pca:8/int8"));
            docs.upsert(points(vectors, 0));
            docs.optimize();
            float[] moved = Vectors.gaussian(random, DIMENSION, 50);
            docs.upsert(List.of(new Point(PointId.of(7), moved, Payload.EMPTY)));
            assertEquals(List.of(PointId.of(7)), ids(docs.search(SearchRequest.of(moved, 1))));
            assertTrue(!ids(docs.search(exact(vectors.get(7), 1))).contains(PointId.of(7)));
            assertEquals(100, docs.info().points());

            assertEquals(
                    2,
                    docs.delete(List.of(PointId.of(7), PointId.of(8), PointId.of(999)))
                            .points());
            assertEquals(0, docs.delete(List.of(PointId.of(7))).points());
            assertEquals(98, docs.search(SearchRequest.of(moved, 200)).size());
            assertTrue(docs.get(PointId.of(8)).isEmpty());
            docs.optimize();
            assertEquals(98, docs.search(SearchRequest.of(moved, 200)).size());
            assertEquals(98, docs.info().points());
        }
        try (Engine engine = Engine.open(directory)) {
            assertEquals(98, engine.collection("docs").info().points());
        }
    }

    @Test
    void insertAndDeleteIsAsIfNeverInserted() {
        List<float[]> kept = Vectors.clustered(random, 400, DIMENSION);
        try (Engine engine = Engine.open(directory)) {
            EngineCollection docs = engine.create("docs", config(Metric.IP, "none/int8"));
            docs.upsert(points(kept, 0));
            float[] query = Vectors.gaussian(random, DIMENSION, 1);
            List<ScoredPoint> before = docs.search(SearchRequest.of(query, 20));
            docs.upsert(points(Vectors.clustered(random, 400, DIMENSION), 1_000));
            docs.delete(java.util.stream.IntStream.range(1_000, 1_400)
                    .mapToObj(PointId::of)
                    .toList());
            assertEquals(ids(before), ids(docs.search(SearchRequest.of(query, 20))));
            docs.optimize();
            assertEquals(ids(before), ids(docs.search(exact(query, 20))));
        }
    }

    @Test
    void aRefusedBatchAppliesNothing() {
        try (Engine engine = Engine.open(directory)) {
            EngineCollection docs = engine.create("docs", config(Metric.COSINE, "none/f32"));
            List<Point> good = points(Vectors.clustered(random, 3, DIMENSION), 0);
            float[] nan = Vectors.gaussian(random, DIMENSION, 1);
            nan[5] = Float.NaN;
            Map<String, Point> bad = Map.of(
                    "points[3].vector[5]", new Point(PointId.of(9), nan, Payload.EMPTY),
                    "points[3].vector", new Point(PointId.of(9), new float[DIMENSION - 1], Payload.EMPTY),
                    "points[3].id", good.get(1),
                    "points[3].payload",
                            new Point(
                                    PointId.of(9),
                                    good.getFirst().vector(),
                                    new Payload(Map.of("text", "x".repeat(70_000)))));
            bad.forEach((field, point) -> {
                List<Point> batch = new ArrayList<>(good);
                batch.add(point);
                var error = assertThrows(EngineException.InvalidArgument.class, () -> docs.upsert(batch));
                assertEquals(field, error.field());
                assertEquals(0, docs.info().points());
                assertTrue(docs.get(PointId.of(0)).isEmpty());
            });
            var zero = new Point(PointId.of(1), new float[DIMENSION], Payload.EMPTY);
            assertThrows(EngineException.InvalidArgument.class, () -> docs.upsert(List.of(zero)));
            assertThrows(EngineException.InvalidArgument.class, () -> docs.upsert(List.of()));
        }
    }

    @Test
    void refusesWritesBeyondTheMemoryBudgetAndGoesOnReading() {
        EngineConfig small = EngineConfig.of(directory).withMemoryLimit(3 << 20);
        try (Engine engine = Engine.open(small)) {
            EngineCollection docs = engine.create("docs", config(Metric.L2, "none/f32"));
            List<float[]> vectors = Vectors.clustered(random, 10_000, DIMENSION);
            docs.upsert(points(vectors, 0));
            docs.upsert(points(vectors, 10_000));
            var error = assertThrows(EngineException.ResourceExhausted.class, () -> {
                for (int i = 2; i < 8; i++) {
                    docs.upsert(points(vectors, i * 10_000));
                }
            });
            assertTrue(error.getMessage().contains("memory.limit"), error.getMessage());
            assertTrue(error.getMessage().contains(" are left"), error.getMessage());
            long stored = docs.info().points();
            assertEquals(
                    stored,
                    docs.search(SearchRequest.of(vectors.getFirst(), 10_000)).size() == 10_000 ? stored : -1);
            assertTrue(docs.get(PointId.of(stored)).isEmpty(), "the refused batch left no trace");
        }
    }

    private static long bytes(MemoryReport memory, MemoryUse use) {
        return memory.used().getOrDefault(use, 0L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"flat", "graph:fast", "faiss:Flat"})
    void memoryIsChargedToWhatItIsUsedForAndGivenBack(String index) {
        try (Engine engine = Engine.open(directory)) {
            MemoryReport empty = engine.memory();
            assertTrue(bytes(empty, MemoryUse.DATABASE) > 0);
            EngineCollection docs = engine.create(
                    "docs",
                    new CollectionConfig(
                            DIMENSION,
                            Metric.L2,
                            Pipeline.parse("none/f32"),
                            IndexSpec.parse(index),
                            Durability.WAL,
                            Map.of()));
            docs.upsert(points(Vectors.clustered(random, 2_000, DIMENSION), 0));
            long rows = 2_000L * DIMENSION * Float.BYTES;
            assertTrue(bytes(engine.memory(), MemoryUse.UNSEALED) >= rows);
            docs.optimize();
            MemoryReport sealed = engine.memory();
            assertEquals(0, bytes(sealed, MemoryUse.UNSEALED));
            assertEquals(0, bytes(sealed, MemoryUse.BUILDING));
            MemoryUse use = index.startsWith("faiss") ? MemoryUse.LOADED : MemoryUse.MAPPED;
            assertTrue(bytes(sealed, use) >= rows, sealed.toString());
            assertTrue(bytes(sealed, MemoryUse.MAPPED) >= docs.info().bytes().getOrDefault("ids", 0L));
            engine.delete("docs");
            assertEquals(empty, engine.memory());
        }
    }

    @Test
    void refusesUnknownTakenAndUnsafeNames() {
        try (Engine engine = Engine.open(directory)) {
            CollectionConfig config = config(Metric.IP, "none/f32");
            engine.create("docs", config);
            assertThrows(EngineException.Conflict.class, () -> engine.create("docs", config));
            assertThrows(EngineException.NotFound.class, () -> engine.collection("other"));
            assertThrows(EngineException.NotFound.class, () -> engine.delete("other"));
            for (String name : List.of("", "a/b", "..", "ä", "x".repeat(65), "a b")) {
                assertThrows(EngineException.InvalidArgument.class, () -> engine.create(name, config));
            }
            assertEquals(List.of("docs"), engine.collections());
        }
    }

    @Test
    void aDeletedCollectionIsGoneForGoodAndItsNameIsFree() {
        try (Engine engine = Engine.open(directory)) {
            EngineCollection old = engine.create("docs", config(Metric.IP, "none/f32"));
            old.upsert(points(Vectors.clustered(random, 10, DIMENSION), 0));
            engine.delete("docs");
            assertThrows(EngineException.Unavailable.class, old::info);
            assertEquals(
                    0,
                    engine.create("docs", config(Metric.L2, "none/f16")).info().points());
        }
        try (Engine engine = Engine.open(directory)) {
            assertEquals(Metric.L2, engine.collection("docs").config().metric());
            assertEquals(0, engine.collection("docs").info().points());
        }
    }

    @Test
    void aSecondEngineOnTheSameDirectoryIsRefused() {
        try (Engine engine = Engine.open(directory)) {
            assertThrows(EngineException.StorageFailure.class, () -> Engine.open(directory));
            assertEquals(List.of(), engine.collections());
        }
    }

    @Test
    void sealsInTheBackgroundWithoutBeingAsked() throws InterruptedException {
        try (Engine engine = Engine.open(EngineConfig.of(directory).withSealPoints(500))) {
            EngineCollection docs = engine.create("docs", config(Metric.COSINE, "pca:8/int8"));
            docs.upsert(points(Vectors.clustered(random, 600, DIMENSION), 0));
            long deadline = System.nanoTime() + 30_000_000_000L;
            while (docs.info().segments() == 0 && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertEquals(1, docs.info().segments());
            assertEquals(600, docs.info().points());
            assertEquals(0, docs.info().unsealedPoints());
        }
        try (Engine engine = Engine.open(EngineConfig.of(directory).withSealPoints(500))) {
            assertEquals(1, engine.collection("docs").info().segments());
        }
    }

    @Test
    void optimizingWithTooFewPointsSaysSoAndLosesNothing() {
        try (Engine engine = Engine.open(directory)) {
            EngineCollection docs = engine.create("docs", config(Metric.IP, "pca:8/f32"));
            List<float[]> vectors = Vectors.clustered(random, 8, DIMENSION);
            docs.upsert(points(vectors, 0));
            var error = assertThrows(EngineException.InvalidArgument.class, docs::optimize);
            assertTrue(error.getMessage().contains("8 rows"), error.getMessage());
            assertEquals(
                    8, docs.search(SearchRequest.of(vectors.getFirst(), 10)).size());
            docs.upsert(points(Vectors.clustered(random, 100, DIMENSION), 100));
            docs.optimize();
            assertEquals(
                    108, docs.search(SearchRequest.of(vectors.getFirst(), 200)).size());
        }
    }

    @Test
    void optimizingAnEmptyCollectionIsHarmless() {
        try (Engine engine = Engine.open(directory)) {
            EngineCollection docs = engine.create("docs", config(Metric.IP, "pca:8/f32"));
            docs.optimize();
            assertEquals(List.of(), docs.search(SearchRequest.of(new float[DIMENSION], 5)));
        }
    }

    @Test
    void payloadsAndVectorsComeOnlyWhenAskedFor() {
        List<float[]> vectors = Vectors.clustered(random, 60, DIMENSION);
        try (Engine engine = Engine.open(directory)) {
            EngineCollection docs = engine.create("docs", config(Metric.L2, "pca:8/int8"));
            docs.upsert(points(vectors, 0));
            for (int round = 0; round < 2; round++) {
                ScoredPoint bare =
                        docs.search(SearchRequest.of(vectors.get(4), 1)).getFirst();
                assertNull(bare.payload());
                assertNull(bare.vector());
                ScoredPoint full = docs.search(new SearchRequest(vectors.get(4), 1, SearchParams.DEFAULT, true, true))
                        .getFirst();
                assertArrayEquals(vectors.get(4), full.vector());
                assertEquals(new Payload(Map.of("row", 4, "text", "number 4")), full.payload());
                docs.optimize();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"faiss:HNSW16,Flat", "graph"})
    void anApproximateIndexServesACollection(String index) {
        List<float[]> vectors = Vectors.clustered(random, 2_000, DIMENSION);
        CollectionConfig base = config(Metric.COSINE, "pca:16/f32");
        CollectionConfig graph = new CollectionConfig(
                DIMENSION, base.metric(), base.pipeline(), IndexSpec.parse(index), base.durability());
        try (Engine engine = Engine.open(directory)) {
            EngineCollection docs = engine.create("docs", graph);
            docs.upsert(points(vectors, 0));
            docs.optimize();
            docs.delete(List.of(PointId.of(3)));
            int agreed = 0;
            for (int q = 0; q < 50; q++) {
                List<PointId> truth = ids(docs.search(exact(vectors.get(q), 10)));
                List<PointId> found = ids(docs.search(SearchRequest.of(vectors.get(q), 10)));
                assertTrue(!found.contains(PointId.of(3)));
                agreed += (int) found.stream().filter(truth::contains).count();
            }
            assertTrue(agreed >= 475, agreed + " of 500 neighbours");
        }
        try (Engine engine = Engine.open(directory)) {
            EngineCollection docs = engine.collection("docs");
            assertEquals(
                    PointId.of(5),
                    docs.search(SearchRequest.of(vectors.get(5), 1)).getFirst().id());
            assertEquals(1, docs.info().segments());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"faiss:HNSW16,Flat", "graph"})
    void aGraphFullOfDeletedPointsStillGivesAllThatAreLeft(String index) {
        List<float[]> vectors = Vectors.clustered(random, 2_000, DIMENSION);
        CollectionConfig base = config(Metric.L2, "none/f32");
        CollectionConfig graph = new CollectionConfig(
                DIMENSION, base.metric(), base.pipeline(), IndexSpec.parse(index), base.durability());
        try (Engine engine = Engine.open(directory)) {
            EngineCollection docs = engine.create("docs", graph);
            docs.upsert(points(vectors, 0));
            docs.optimize();
            docs.delete(java.util.stream.IntStream.range(0, 2_000)
                    .filter(i -> i % 100 != 3)
                    .mapToObj(PointId::of)
                    .toList());
            assertEquals(
                    20, docs.search(SearchRequest.of(vectors.getFirst(), 20)).size());
            assertEquals(
                    20, docs.search(SearchRequest.of(vectors.getFirst(), 100)).size());
        }
    }

    @Test
    void aTrialMeasuresWithoutChangingTheCollection() {
        List<float[]> vectors = Vectors.clustered(random, 3_000, DIMENSION);
        try (Engine engine = Engine.open(directory)) {
            EngineCollection docs = engine.create("docs", config(Metric.IP, "none/f32"));
            docs.upsert(points(vectors.subList(0, 2_900), 0));
            List<Pipeline> pipelines =
                    List.of(Pipeline.NONE, Pipeline.parse("none/int8"), Pipeline.parse("pca:4/int8"));
            List<TrialResult> results = docs.trial(new TrialRequest(pipelines, vectors.subList(2_900, 3_000), 10, 20));
            assertEquals(1.0, results.getFirst().recall());
            assertEquals(DIMENSION * 4.0, results.getFirst().bytesPerVector());
            assertTrue(results.get(1).recall() > 0.9, results.toString());
            assertTrue(results.get(2).recall() < results.get(1).recall(), results.toString());
            assertTrue(results.get(2).rescoredRecall() > results.get(2).recall(), results.toString());
            assertEquals(0, docs.info().segments());
        }
    }
}
