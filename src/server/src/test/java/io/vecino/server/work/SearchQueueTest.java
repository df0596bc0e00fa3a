package io.vecino.server.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vecino.Engine;
import io.vecino.EngineCollection;
import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import io.vecino.model.Payload;
import io.vecino.model.Pipeline;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.ScoredPoint;
import io.vecino.model.SearchDeadline;
import io.vecino.model.SearchRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SearchQueueTest {
    private static final int DIMENSION = 32;
    private static final long SEED = 20261121;

    private final Random random = new Random(SEED);
    private Engine engine;
    private EngineCollection collection;

    @BeforeEach
    void fill(@TempDir Path directory) {
        engine = Engine.open(directory);
        collection =
                engine.create("c", CollectionConfig.of(DIMENSION, Metric.L2).with(Pipeline.parse("none/int8")));
        List<Point> points = IntStream.range(0, 5_000)
                .mapToObj(i -> new Point(PointId.of(i), vector(DIMENSION), Payload.EMPTY))
                .toList();
        var _ = collection.upsert(points);
        collection.optimize();
        var _ = collection.upsert(points.subList(0, 100));
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private float[] vector(int dimension) {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    private static List<List<ScoredPoint>> pass(
            EngineCollection collection, List<SearchRequest> requests, List<String> ids, long deadline) {
        assertEquals(requests.size(), ids.size());
        return SearchDeadline.within(deadline, () -> collection.search(requests));
    }

    private static long soon() {
        return System.nanoTime() + Duration.ofSeconds(60).toNanos();
    }

    @Test
    void findsTogetherWhatEachSearchFindsAlone() throws Exception {
        List<SearchRequest> requests = IntStream.range(0, 400)
                .mapToObj(i -> i % 7 == 0
                        ? SearchRequest.near(PointId.of(i), 3)
                        : SearchRequest.of(vector(DIMENSION), i % 2 == 0 ? 10 : 5))
                .toList();
        List<List<PointId>> alone = requests.stream()
                .map(collection::search)
                .map(SearchQueueTest::ids)
                .toList();
        try (SearchQueue<List<ScoredPoint>> queue = new SearchQueue<>(SearchQueueTest::pass, 1, 1_000);
                ExecutorService searchers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<ScoredPoint>>> running = requests.stream()
                    .map(request -> searchers.submit(() -> queue.search(collection, request, soon(), "r")))
                    .toList();
            for (int i = 0; i < running.size(); i++) {
                assertEquals(alone.get(i), ids(running.get(i).get()), "seed " + SEED + ", search " + i);
            }
        }
    }

    private static List<PointId> ids(List<ScoredPoint> hits) {
        return hits.stream().map(ScoredPoint::id).toList();
    }

    @Test
    void failsOnlyTheSearchThatIsWrong() throws Exception {
        try (SearchQueue<List<ScoredPoint>> queue = new SearchQueue<>(SearchQueueTest::pass, 1, 1_000);
                ExecutorService searchers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> running = IntStream.range(0, 200)
                    .mapToObj(i -> searchers.submit(() -> {
                        SearchRequest request = SearchRequest.of(vector(i % 10 == 0 ? 1 : DIMENSION), 4);
                        try {
                            return queue.search(collection, request, soon(), "r")
                                    .size();
                        } catch (EngineException.InvalidArgument e) {
                            return -1;
                        }
                    }))
                    .toList();
            for (int i = 0; i < running.size(); i++) {
                assertEquals(i % 10 == 0 ? -1 : 4, running.get(i).get());
            }
        }
    }

    @Test
    void makesThoseThatWaitTogether() throws Exception {
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        CountDownLatch gate = new CountDownLatch(1);
        SearchRequest request = SearchRequest.of(vector(DIMENSION), 3);
        try (SearchQueue<List<ScoredPoint>> queue = new SearchQueue<>(
                        (from, requests, ids, deadline) -> {
                            sizes.add(requests.size());
                            pass(gate);
                            return pass(from, requests, ids, deadline);
                        },
                        1,
                        100);
                ExecutorService searchers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<ScoredPoint>>> running = IntStream.range(0, 41)
                    .mapToObj(_ -> searchers.submit(() -> queue.search(collection, request, soon(), "r")))
                    .toList();
            while (queue.waiting() < 40) {
                Thread.onSpinWait();
            }
            gate.countDown();
            for (Future<List<ScoredPoint>> one : running) {
                assertEquals(3, one.get().size());
            }
        }
        assertEquals(List.of(1, 32, 8), sizes);
    }

    private static void pass(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void refusesMoreThanMayWaitAndThoseThatAreLate() {
        SearchRequest request = SearchRequest.of(vector(DIMENSION), 1);
        assertEquals("0 searches are waiting already", refusal(0, request));
        assertEquals("the deadline of the search has passed", refusal(1, request));
    }

    private String refusal(int mostWaiting, SearchRequest request) {
        long late = System.nanoTime() + Duration.ofMillis(50).toNanos();
        try (SearchQueue<List<ScoredPoint>> stuck = new SearchQueue<>(SearchQueueTest::pass, 0, mostWaiting)) {
            return assertThrows(EngineException.Unavailable.class, () -> stuck.search(collection, request, late, "r"))
                    .getMessage();
        }
    }
}
