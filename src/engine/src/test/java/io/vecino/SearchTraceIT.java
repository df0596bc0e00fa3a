package io.vecino;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.CollectionConfig;
import io.vecino.model.FieldType;
import io.vecino.model.Filter;
import io.vecino.model.Metric;
import io.vecino.model.Payload;
import io.vecino.model.Pipeline;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.ScoredPoint;
import io.vecino.model.SearchParams;
import io.vecino.model.SearchRequest;
import io.vecino.model.SearchTrace;
import io.vecino.model.SearchTrace.Method;
import io.vecino.model.SearchTrace.Stage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SearchTraceIT {
    private static final int DIMENSION = 16;
    private static final int SEALED = 3_000;
    private static final int UNSEALED = 50;

    private final Random random = new Random(7);
    private final SearchTrace trace = new SearchTrace();
    private Engine engine;
    private EngineCollection points;

    @BeforeEach
    void fill(@TempDir Path directory) {
        engine = Engine.open(directory);
        points = engine.create(
                "c",
                CollectionConfig.of(DIMENSION, Metric.L2)
                        .with(Pipeline.parse("pca:8/int8"))
                        .withPayloadIndexes(Map.of("n", FieldType.INTEGER)));
        points.upsert(points(0, SEALED));
        points.optimize();
        points.upsert(points(SEALED, SEALED + UNSEALED));
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private List<Point> points(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> new Point(PointId.of(i), query(), new Payload(Map.of("n", (long) i))))
                .toList();
    }

    private float[] query() {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    private List<Method> methods() {
        return trace.steps().stream().map(SearchTrace.Step::method).sorted().toList();
    }

    private SearchTrace.Step step(Method method) {
        return trace.steps().stream()
                .filter(step -> step.method() == method)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void namesThePartsAndTheirTimes() {
        SearchRequest request = new SearchRequest(query(), 10, SearchParams.DEFAULT, true, false);
        List<ScoredPoint> hits = trace.during(() -> points.search(request));
        assertEquals(10, hits.size());
        assertEquals(List.of(Method.SCAN, Method.INDEX), methods());
        assertEquals(UNSEALED, step(Method.SCAN).points());
        assertEquals(-1, step(Method.SCAN).segment());
        assertEquals(SEALED, step(Method.INDEX).points());
        assertEquals(SEALED, step(Method.INDEX).matching());
        assertEquals(40, trace.rescored());
        assertFalse(trace.exhaustive());
        for (Stage stage : List.of(Stage.TRANSFORM, Stage.TRAVERSE, Stage.RESCORE, Stage.FETCH)) {
            assertTrue(trace.nanos(stage) > 0, stage.id());
        }
        assertEquals(0, trace.nanos(Stage.FILTER));
    }

    @Test
    void saysHowAFilterWasMet() {
        SearchRequest all = SearchRequest.of(query(), 10);
        SearchRequest few = all.where(new Filter.Range("n", null, null, 20L, null));
        assertEquals(10, trace.during(() -> points.search(few)).size());
        assertEquals(List.of(Method.MATCHES, Method.SKIP), methods());
        assertEquals(20, step(Method.MATCHES).matching());
        assertTrue(trace.nanos(Stage.FILTER) > 0);
    }

    @Test
    void saysThatTheIndexWasAskedForMatchesOnly() {
        SearchRequest request = SearchRequest.of(query(), 10).where(new Filter.Range("n", null, 1_000L, null, null));
        assertEquals(10, trace.during(() -> points.search(request)).size());
        assertEquals(List.of(Method.SCAN, Method.FILTERED_INDEX), methods());
        assertEquals(SEALED - 1_000, step(Method.FILTERED_INDEX).matching());
    }

    @Test
    void saysThatTheOriginalsWereScanned() {
        SearchParams exact = new SearchParams(OptionalInt.empty(), OptionalInt.empty(), 4, true);
        SearchRequest request = new SearchRequest(query(), 10, exact, false, false);
        assertEquals(10, trace.during(() -> points.search(request)).size());
        assertTrue(trace.exhaustive());
        assertEquals(List.of(), trace.steps());
    }

    @Test
    void findsTheSameWithoutBeingAsked() {
        assertNull(SearchTrace.current());
        SearchRequest request = SearchRequest.of(query(), 10);
        List<PointId> expected = trace.during(() -> points.search(request)).stream()
                .map(ScoredPoint::id)
                .toList();
        assertEquals(
                expected, points.search(request).stream().map(ScoredPoint::id).toList());
        assertTrue(Arrays.stream(Stage.values()).mapToLong(trace::nanos).sum() > 0);
    }
}
