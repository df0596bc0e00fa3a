package io.vecino;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import io.vecino.model.Payload;
import io.vecino.model.Pipeline;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.ScoredPoint;
import io.vecino.model.SearchParams;
import io.vecino.model.SearchRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConcurrencyIT {
    private static final int DIMENSION = 16;
    private static final int BATCH = 50;

    @TempDir
    private Path directory;

    private final Random random = Vectors.random("ConcurrencyIT");

    private static Point at(int id, float value) {
        float[] vector = new float[DIMENSION];
        java.util.Arrays.fill(vector, value);
        vector[id % DIMENSION] += 0.001f * id;
        return new Point(PointId.of(id), vector, Payload.EMPTY);
    }

    /** Every batch moves all points by the same amount: a search that saw half a batch would see two generations. */
    @Test
    void searchesSeeWholeBatchesWhilePointsMoveAndSegmentsAreSealed() throws Exception {
        CollectionConfig config = CollectionConfig.of(DIMENSION, Metric.L2).with(Pipeline.parse("pca:8/int8"));
        try (Engine engine = Engine.open(EngineConfig.of(directory).withSealPoints(400));
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            EngineCollection docs = engine.create("docs", config);
            docs.upsert(generation(0));
            AtomicBoolean done = new AtomicBoolean();
            List<Future<Integer>> searches = new ArrayList<>();
            for (int reader = 0; reader < 2; reader++) {
                searches.add(threads.submit(() -> searchUntil(done, docs)));
            }
            Future<?> optimizer = threads.submit(() -> {
                while (!done.get()) {
                    docs.optimize();
                }
            });
            for (int g = 1; g <= 60; g++) {
                docs.upsert(generation(g));
            }
            done.set(true);
            optimizer.get();
            for (Future<Integer> search : searches) {
                assertTrue(search.get() > 0);
            }
            assertEquals(BATCH, docs.info().points());
        }
    }

    private static List<Point> generation(int g) {
        List<Point> points = new ArrayList<>();
        for (int id = 0; id < BATCH; id++) {
            points.add(at(id, 10f * g));
        }
        return points;
    }

    private static int searchUntil(AtomicBoolean done, EngineCollection docs) {
        int searches = 0;
        float[] origin = new float[DIMENSION];
        while (!done.get() || searches == 0) {
            for (SearchParams params : List.of(SearchParams.DEFAULT, SearchParams.EXACT)) {
                List<ScoredPoint> hits = docs.search(new SearchRequest(origin, 1_000, params, false, true));
                assertEquals(BATCH, hits.size(), "points seen");
                long generations = hits.stream()
                        .map(ScoredPoint::vector)
                        .mapToInt(vector -> vector == null ? -1 : Math.round(vector[(DIMENSION - 1)] / 10))
                        .distinct()
                        .count();
                assertEquals(1, generations, "generations seen by one search");
                searches++;
            }
        }
        return searches;
    }

    @Test
    void closingAndDeletingUnderRunningSearchesIsOrderly() throws Exception {
        for (int round = 0; round < 10; round++) {
            Path data = directory.resolve("round" + round);
            Engine engine = Engine.open(data);
            EngineCollection docs = engine.create(
                    "docs", CollectionConfig.of(DIMENSION, Metric.IP).with(Pipeline.parse("none/f16")));
            List<float[]> vectors = Vectors.clustered(random, 2_000, DIMENSION);
            List<Point> points = new ArrayList<>();
            for (int i = 0; i < vectors.size(); i++) {
                points.add(new Point(PointId.of(i), vectors.get(i), Payload.EMPTY));
            }
            docs.upsert(points);
            docs.optimize();
            boolean delete = round % 2 == 0;
            try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
                List<Future<Boolean>> readers = new ArrayList<>();
                for (int reader = 0; reader < 3; reader++) {
                    readers.add(threads.submit(() -> searchUntilUnavailable(docs, vectors)));
                }
                if (delete) {
                    engine.delete("docs");
                } else {
                    engine.close();
                }
                for (Future<Boolean> reader : readers) {
                    assertTrue(reader.get());
                }
            }
            engine.close();
        }
    }

    private static boolean searchUntilUnavailable(EngineCollection docs, List<float[]> vectors) {
        for (int i = 0; ; i++) {
            try {
                assertEquals(
                        10,
                        docs.search(SearchRequest.of(vectors.get(i % vectors.size()), 10))
                                .size());
            } catch (EngineException.Unavailable e) {
                return true;
            }
        }
    }
}
