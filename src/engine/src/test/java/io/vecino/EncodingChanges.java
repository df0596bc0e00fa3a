package io.vecino;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vecino.model.CollectionConfig;
import io.vecino.model.FieldType;
import io.vecino.model.Filter;
import io.vecino.model.IndexSpec;
import io.vecino.model.Metric;
import io.vecino.model.Payload;
import io.vecino.model.PayloadChange;
import io.vecino.model.Pipeline;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.ScoredPoint;
import io.vecino.model.SearchParams;
import io.vecino.model.SearchRequest;
import io.vecino.model.Selector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** A collection that tests give other encodings, and what must be in it. */
abstract class EncodingChanges {
    static final boolean THOROUGH = Boolean.getBoolean("vecino.test.long");
    static final int DIMENSION = 16;
    static final int IDS = 900;
    static final SearchParams GENEROUS = new SearchParams(OptionalInt.of(200), OptionalInt.of(4), 200, false);
    static final IndexSpec FLAT = IndexSpec.parse("flat");
    static final IndexSpec GRAPH = IndexSpec.parse("graph:fast");
    static final Pipeline INT8 = Pipeline.parse("none/int8");
    static final Pipeline PCA = Pipeline.parse("pca:8/int8+refine:f16");
    static final Pipeline F16 = Pipeline.parse("none/f16");
    static final CollectionConfig CONFIG =
            CollectionConfig.of(DIMENSION, Metric.L2).with(INT8).withPayloadIndexes(Map.of("n", FieldType.INTEGER));

    @TempDir
    Path directory;

    final Random random = Vectors.random(getClass().getSimpleName());
    final Map<PointId, Point> expected = new HashMap<>();

    EngineConfig settings() {
        return EngineConfig.of(directory).withSealPoints(150);
    }

    static PointId id(int number) {
        return number % 3 == 0 ? PointId.of("text " + number) : PointId.of(number);
    }

    void upsert(EngineCollection docs, int count) {
        Map<PointId, Point> batch = new HashMap<>();
        for (float[] vector : Vectors.clustered(random, count, DIMENSION)) {
            PointId id = id(random.nextInt(IDS));
            batch.put(id, new Point(id, vector, new Payload(Map.of("n", random.nextInt(5)))));
        }
        docs.upsert(List.copyOf(batch.values()));
        expected.putAll(batch);
    }

    /** Upserts, removals and changes of payloads. */
    void churn(EngineCollection docs) {
        upsert(docs, 30);
        List<PointId> removed = expected.keySet().stream().limit(5).toList();
        docs.delete(removed);
        removed.forEach(expected::remove);
        List<PointId> changed = expected.keySet().stream().skip(20).limit(5).toList();
        Payload payload = new Payload(Map.of("n", random.nextInt(5)));
        docs.change(new Selector.Ids(changed), new PayloadChange.Set(payload));
        changed.forEach(id -> expected.computeIfPresent(id, (_, old) -> new Point(id, old.vector(), payload)));
    }

    void verify(EngineCollection docs) {
        verify(docs, expected);
    }

    static void verify(EngineCollection docs, Map<PointId, Point> expected) {
        assertEquals(expected.size(), docs.count());
        expected.forEach((id, point) -> {
            assertArrayEquals(point.vector(), docs.get(id).orElseThrow().vector());
            List<ScoredPoint> hits =
                    docs.search(SearchRequest.of(point.vector(), 1).with(GENEROUS));
            assertEquals(id, hits.getFirst().id());
        });
        for (long n = 0; n < 5; n++) {
            long wanted = n;
            assertEquals(
                    expected.values().stream()
                            .filter(point -> Long.valueOf(wanted)
                                    .equals(point.payload().fields().get("n")))
                            .count(),
                    docs.count(Filter.eq("n", n)));
        }
    }

    List<String> indexFiles() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("segments"))) {
            return files.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith(".index"))
                    .sorted()
                    .toList();
        }
    }

    EngineCollection filled(Engine engine) {
        EngineCollection docs = engine.create("docs", CONFIG);
        for (int i = 0; i < 5; i++) {
            upsert(docs, 200);
        }
        docs.optimize();
        churn(docs);
        return docs;
    }
}
