package io.vecino;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.CollectionConfig;
import io.vecino.model.Durability;
import io.vecino.model.EngineException;
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
import io.vecino.model.ScrollPage;
import io.vecino.model.ScrollRequest;
import io.vecino.model.SearchParams;
import io.vecino.model.SearchRequest;
import io.vecino.model.Selector;
import io.vecino.payload.FilterMatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters and updates of a collection beside a map that is searched point by point. */
class FilterIT {
    private static final int DIMENSION = 12;
    private static final Map<String, FieldType> INDEXES = Map.of(
            "word", FieldType.KEYWORD,
            "whole", FieldType.INTEGER,
            "real", FieldType.FLOAT,
            "flag", FieldType.BOOLEAN,
            "time", FieldType.DATETIME,
            "mixed", FieldType.KEYWORD);

    @TempDir
    private Path directory;

    private final Random random = Vectors.random("FilterIT");
    private final RandomFilters filters = new RandomFilters(random);
    private final TreeMap<PointId, Point> expected = new TreeMap<>();

    private CollectionConfig config(String pipeline, String index) {
        return new CollectionConfig(
                DIMENSION, Metric.L2, Pipeline.parse(pipeline), IndexSpec.parse(index), Durability.WAL, INDEXES);
    }

    private void upsert(EngineCollection docs, int count) {
        TreeMap<PointId, Point> batch = new TreeMap<>();
        for (float[] vector : Vectors.clustered(random, count, DIMENSION)) {
            PointId id = PointId.of(random.nextInt(1_000));
            batch.put(id, new Point(id, vector, filters.payload()));
        }
        docs.upsert(List.copyOf(batch.values()));
        expected.putAll(batch);
    }

    private List<Point> matching(Filter filter) {
        return expected.values().stream()
                .filter(point -> FilterMatch.holds(filter, point.id(), point.payload()))
                .toList();
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
        }
        return sum;
    }

    private void verify(EngineCollection docs, Filter filter) {
        List<Point> matching = matching(filter);
        assertEquals(matching.size(), docs.count(filter), filter.toString());
        float[] query = Vectors.gaussian(random, DIMENSION, 1);
        int k = 1 + random.nextInt(20);
        List<PointId> truth = matching.stream()
                .sorted(Comparator.comparingDouble(point -> distance(query, point.vector())))
                .limit(k)
                .map(Point::id)
                .toList();
        SearchParams generous = new SearchParams(OptionalInt.empty(), OptionalInt.empty(), 100, false);
        for (SearchParams params : List.of(generous, SearchParams.EXACT)) {
            List<PointId> found =
                    ids(docs.search(SearchRequest.of(query, k).with(params).where(filter)));
            assertEquals(truth, found, filter.toString());
        }
        assertEquals(matching.stream().map(Point::id).toList(), scroll(docs, filter, 1 + random.nextInt(200)));
    }

    private static List<PointId> ids(List<ScoredPoint> hits) {
        return hits.stream().map(ScoredPoint::id).toList();
    }

    private static List<PointId> scroll(EngineCollection docs, @Nullable Filter filter, int limit) {
        List<PointId> ids = new ArrayList<>();
        PointId after = null;
        do {
            ScrollPage page = docs.scroll(new ScrollRequest(after, limit, filter, false));
            assertTrue(page.points().size() <= limit);
            page.points().forEach(point -> ids.add(point.id()));
            after = page.next();
        } while (after != null);
        return ids;
    }

    @ParameterizedTest
    @ValueSource(strings = {"none/f32 flat", "none/int8 flat", "none/f32 faiss:HNSW16,Flat"})
    void findsExactlyWhatMatchesWhereverItLives(String settings) {
        String[] parts = settings.split(" ", 2);
        for (int round = 0; round < 3; round++) {
            try (Engine engine = Engine.open(directory)) {
                EngineCollection docs =
                        round == 0 ? engine.create("docs", config(parts[0], parts[1])) : engine.collection("docs");
                for (int i = 0; i < 15; i++) {
                    verify(docs, filters.filter(3));
                }
                upsert(docs, 400);
                docs.optimize();
                upsert(docs, 200);
                for (int i = 0; i < 15; i++) {
                    verify(docs, filters.filter(3));
                }
                Filter doomed = filters.filter(2);
                if (matching(doomed).size() < 200) {
                    assertEquals(matching(doomed).size(), docs.delete(doomed).points());
                    matching(doomed).forEach(point -> expected.remove(point.id()));
                }
                verify(docs, new Filter.All(List.of()));
                verify(docs, doomed);
            }
        }
    }

    @Test
    void payloadsChangeWithoutTheirVectors() {
        try (Engine engine = Engine.open(directory)) {
            EngineCollection docs = engine.create("docs", config("none/int8", "flat"));
            upsert(docs, 300);
            docs.optimize();
            upsert(docs, 100);
            List<PointId> some = expected.keySet().stream().limit(50).toList();
            Payload added = new Payload(Map.of("word", "new", "unindexed", 1));
            List<PayloadChange> changes = List.of(
                    new PayloadChange.Merge(added),
                    new PayloadChange.Set(added),
                    new PayloadChange.Clear(List.of("whole", "time")),
                    new PayloadChange.Clear(List.of()));
            for (PayloadChange change : changes) {
                assertEquals(
                        some.size(), docs.change(new Selector.Ids(some), change).points());
                some.forEach(id -> apply(id, change));
                Filter filter = filters.filter(2);
                int count = matching(filter).size();
                List<Point> changed = matching(filter);
                assertEquals(
                        count,
                        docs.change(new Selector.Matching(filter), change).points());
                changed.forEach(point -> apply(point.id(), change));
                for (int i = 0; i < 10; i++) {
                    verify(docs, filters.filter(2));
                }
                verify(docs, Filter.eq("word", "new"));
            }
            assertEquals(
                    0,
                    docs.change(new Selector.Ids(List.of(PointId.of("none"))), changes.getFirst())
                            .points());
            assertThrows(
                    EngineException.InvalidArgument.class,
                    () -> docs.change(
                            new Selector.Ids(some),
                            new PayloadChange.Set(new Payload(Map.of("x", "y".repeat(70_000))))));
        }
        try (Engine engine = Engine.open(directory)) {
            verify(engine.collection("docs"), Filter.eq("word", "new"));
            verify(engine.collection("docs"), new Filter.Not(new Filter.Exists("whole")));
        }
    }

    private void apply(PointId id, PayloadChange change) {
        Point old = expected.get(id);
        if (old == null) {
            return;
        }
        Map<String, @Nullable Object> fields = new TreeMap<>(old.payload().fields());
        switch (change) {
            case PayloadChange.Set(Payload payload) -> {
                fields.clear();
                fields.putAll(payload.fields());
            }
            case PayloadChange.Merge(Payload payload) -> fields.putAll(payload.fields());
            case PayloadChange.Clear(List<String> names) -> {
                if (names.isEmpty()) {
                    fields.clear();
                }
                names.forEach(fields::remove);
            }
        }
        expected.put(id, new Point(id, old.vector(), payload(fields)));
    }

    @SuppressWarnings("NullAway") // null annotations inside a record's component type do not reach its callers
    private static Payload payload(Map<String, @Nullable Object> fields) {
        return new Payload(fields);
    }

    @Test
    void aWriteOnAConditionHappensOnlyIfTheVersionIsTheExpectedOne() {
        try (Engine engine = Engine.open(directory)) {
            EngineCollection docs = engine.create("docs", config("none/f32", "flat"));
            Point point = new Point(PointId.of(1), Vectors.gaussian(random, DIMENSION, 1), Payload.EMPTY);
            Point other = new Point(PointId.of(2), Vectors.gaussian(random, DIMENSION, 1), Payload.EMPTY);
            long version = docs.upsert(List.of(point.ifVersion(0))).version();
            assertThrows(EngineException.Conflict.class, () -> docs.upsert(List.of(other, point.ifVersion(0))));
            assertTrue(docs.get(other.id()).isEmpty(), "nothing of the batch was applied");
            docs.optimize();
            long next = docs.upsert(List.of(point.ifVersion(version))).version();
            assertTrue(next > version);
            assertThrows(EngineException.Conflict.class, () -> docs.upsert(List.of(point.ifVersion(version))));
            docs.delete(List.of(point.id()));
            assertThrows(EngineException.Conflict.class, () -> docs.upsert(List.of(point.ifVersion(next))));
            docs.upsert(List.of(point.ifVersion(0)));
            assertEquals(1, docs.count());
        }
    }

    @Test
    void searchesNearAPointWithOffsetAndThreshold() {
        try (Engine engine = Engine.open(directory)) {
            EngineCollection docs = engine.create("docs", config("none/f32", "flat"));
            upsert(docs, 500);
            docs.optimize();
            upsert(docs, 100);
            Point point = expected.firstEntry().getValue();
            List<ScoredPoint> all = docs.search(SearchRequest.of(point.vector(), 400));
            assertEquals(point.id(), all.getFirst().id());
            List<ScoredPoint> near = docs.search(SearchRequest.near(point.id(), 20));
            assertEquals(ids(all).subList(1, 21), ids(near));
            assertEquals(
                    ids(all).subList(30, 50),
                    ids(docs.search(SearchRequest.of(point.vector(), 20).skip(30))));
            float worst = all.get(10).score();
            List<ScoredPoint> close =
                    docs.search(SearchRequest.of(point.vector(), 400).within(worst));
            assertEquals(11, close.size());
            assertThrows(
                    EngineException.NotFound.class, () -> docs.search(SearchRequest.near(PointId.of("nowhere"), 5)));
            assertThrows(
                    EngineException.InvalidArgument.class,
                    () -> SearchRequest.of(point.vector(), 9_000).skip(1_001));
            assertEquals(
                    List.of(ids(all), ids(near)),
                    docs
                            .search(List.of(SearchRequest.of(point.vector(), 400), SearchRequest.near(point.id(), 20)))
                            .stream()
                            .map(FilterIT::ids)
                            .toList());
        }
    }

    @Test
    void scrollsInIdOrderWhilePointsComeAndGo() {
        try (Engine engine = Engine.open(directory)) {
            EngineCollection docs = engine.create("docs", config("none/f32", "flat"));
            upsert(docs, 900);
            assertEquals(List.copyOf(expected.keySet()), scroll(docs, null, 17));
            ScrollPage page = docs.scroll(new ScrollRequest(null, 10, null, true));
            assertFalse(page.points().isEmpty());
            PointId next = page.next();
            assertTrue(next != null);
            docs.delete(page.points().stream().map(ScrollPage.Entry::id).toList());
            page.points().forEach(point -> expected.remove(point.id()));
            ScrollPage second = docs.scroll(new ScrollRequest(next, 10_000, null, true));
            assertNull(second.next());
            assertEquals(
                    List.copyOf(expected.keySet()),
                    second.points().stream().map(ScrollPage.Entry::id).toList());
        }
    }
}
