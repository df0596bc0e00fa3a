package io.vecino;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.CollectionConfig;
import io.vecino.model.Metric;
import io.vecino.model.Payload;
import io.vecino.model.Pipeline;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.ScoredPoint;
import io.vecino.model.SearchParams;
import io.vecino.model.SearchRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a data directory holds after closing, reopening and damage. */
class DurabilityIT {
    private static final int DIMENSION = 16;
    private static final CollectionConfig CONFIG =
            CollectionConfig.of(DIMENSION, Metric.COSINE).with(Pipeline.parse("pca:8/int8+refine:f16"));

    private static final SearchParams GENEROUS =
            new SearchParams(SearchParams.DEFAULT.efSearch(), SearchParams.DEFAULT.nprobe(), 1_000, false);

    @TempDir
    private Path directory;

    private final Random random = Vectors.random("DurabilityIT");
    private final Map<PointId, float[]> expected = new HashMap<>();

    private List<Point> batch(int ids, int count) {
        Map<PointId, Point> batch = new HashMap<>();
        for (float[] vector : Vectors.clustered(random, count, DIMENSION)) {
            int number = random.nextInt(ids);
            PointId id = number % 3 == 0 ? PointId.of("text " + number) : PointId.of(number);
            batch.put(id, new Point(id, vector, new Payload(Map.of("n", number))));
        }
        return List.copyOf(batch.values());
    }

    private void upsert(EngineCollection docs, int ids, int count) {
        List<Point> batch = batch(ids, count);
        docs.upsert(batch);
        batch.forEach(point -> expected.put(point.id(), point.vector()));
    }

    private void delete(EngineCollection docs, int count) {
        List<PointId> ids = expected.keySet().stream().limit(count).toList();
        docs.delete(ids);
        ids.forEach(expected::remove);
    }

    /** Codes that are nearly exact must lead to a point by few candidates: its code is that of its vector. */
    private void verify(EngineCollection docs) {
        boolean close = docs.config().pipeline().toString().startsWith("none");
        SearchParams params = close ? SearchParams.DEFAULT : GENEROUS;
        assertEquals(expected.size(), docs.info().points());
        expected.forEach((id, vector) -> {
            assertArrayEquals(vector, docs.get(id).orElseThrow().vector());
            List<ScoredPoint> hits = docs.search(new SearchRequest(vector, 1, params, false, false));
            assertEquals(id, hits.getFirst().id());
        });
        float[] query = Vectors.gaussian(random, DIMENSION, 1);
        List<PointId> all = docs.search(SearchRequest.of(query, 10_000)).stream()
                .map(ScoredPoint::id)
                .sorted()
                .toList();
        assertEquals(expected.keySet().stream().sorted().toList(), all);
    }

    private void churn(EngineCollection docs) {
        upsert(docs, 900, 500);
        docs.optimize();
        upsert(docs, 900, 300);
        delete(docs, 50);
        upsert(docs, 900, 50);
        delete(docs, 20);
    }

    @Test
    void reopensSegmentsAndTombstonesAsTheyWere() {
        for (int round = 0; round < 4; round++) {
            try (Engine engine = Engine.open(EngineConfig.of(directory))) {
                EngineCollection docs = round == 0 ? engine.create("docs", CONFIG) : engine.collection("docs");
                if (round > 0) {
                    assertEquals(1, docs.info().segments());
                }
                verify(docs);
                churn(docs);
                verify(docs);
            }
        }
    }

    private List<Path> files(String ending) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("segments"))) {
            return files.filter(path -> path.toString().endsWith(ending)).toList();
        }
    }

    @Test
    void backgroundMergingKeepsEveryPointAndFewSegments() throws IOException {
        try (Engine engine = Engine.open(EngineConfig.of(directory).withSealPoints(200))) {
            EngineCollection docs = engine.create("docs", CONFIG.with(Pipeline.parse("none/int8")));
            for (int i = 0; i < 60; i++) {
                upsert(docs, 3_000, 100);
                delete(docs, 10);
            }
            long deadline = System.nanoTime() + 60_000_000_000L;
            while (docs.info().segments() > 9 && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertTrue(docs.info().segments() <= 9, docs.info().toString());
            verify(docs);
        }
        try (Engine engine = Engine.open(EngineConfig.of(directory).withSealPoints(200))) {
            verify(engine.collection("docs"));
            engine.collection("docs").optimize();
            assertEquals(1, files(".ids").size(), "files of merged segments are gone");
            verify(engine.collection("docs"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {".ids", ".index"})
    void aDamagedSegmentIsSetAsideAndRebuilt(String ending) throws IOException {
        try (Engine engine = Engine.open(EngineConfig.of(directory))) {
            churn(engine.create("docs", CONFIG));
        }
        for (String damage : List.of("flip", "cut", "missing", "empty")) {
            Path file = files(ending).getFirst();
            byte[] bytes = Files.readAllBytes(file);
            switch (damage) {
                case "flip" -> {
                    bytes[random.nextInt(bytes.length)] ^= 4;
                    Files.write(file, bytes);
                }
                case "cut" -> Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
                case "missing" -> Files.delete(file);
                default -> Files.write(file, new byte[0]);
            }
            try (Engine engine = Engine.open(EngineConfig.of(directory))) {
                EngineCollection docs = engine.collection("docs");
                assertEquals(0, docs.info().segments(), damage);
                verify(docs);
            }
            try (Engine engine = Engine.open(EngineConfig.of(directory))) {
                EngineCollection docs = engine.collection("docs");
                verify(docs);
                churn(docs);
            }
        }
        try (Stream<Path> kept = Files.list(directory.resolve("quarantine"))) {
            assertTrue(kept.count() > 0);
        }
    }

    @Test
    void orphanedFilesAreRemovedOnOpening() throws IOException {
        try (Engine engine = Engine.open(EngineConfig.of(directory))) {
            churn(engine.create("docs", CONFIG));
            engine.create("gone", CONFIG);
            engine.delete("gone");
        }
        Path folder = Objects.requireNonNull(files(".ids").getFirst().getParent());
        Files.write(folder.resolve("77.ids"), new byte[5]);
        Files.write(folder.resolve("78.index.part"), new byte[5]);
        Files.createDirectories(folder.resolveSibling("999"));
        Files.write(folder.resolveSibling("999").resolve("1.ids"), new byte[5]);
        try (Engine engine = Engine.open(EngineConfig.of(directory))) {
            verify(engine.collection("docs"));
        }
        assertEquals(1, files(".ids").size());
        assertEquals(0, files(".part").size());
        try (Stream<Path> folders = Files.list(directory.resolve("segments"))) {
            assertEquals(List.of(folder), new ArrayList<>(folders.toList()));
        }
    }
}
