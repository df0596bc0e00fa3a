package io.vecino;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vecino.model.CollectionConfig;
import io.vecino.model.Durability;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A fixed sequence of mixed operations, each done to a collection or to a map; so that two processes know what should be. */
final class Operations {
    private static final int DIMENSION = 8;
    private static final int IDS = 400;
    private static final int VALUES = 20;

    private final long seed;

    Operations(long seed) {
        this.seed = seed;
    }

    static CollectionConfig config(Durability durability) {
        return new CollectionConfig(
                DIMENSION,
                Metric.L2,
                Pipeline.parse("none/int8"),
                new IndexSpec.Flat(),
                durability,
                Map.of("n", FieldType.INTEGER));
    }

    private Random random(int operation) {
        return new Random(seed * 1_000_003 + operation);
    }

    private static Payload value(Random random) {
        return new Payload(Map.of("n", random.nextInt(VALUES)));
    }

    private static List<PointId> ids(Random random) {
        List<PointId> ids = new ArrayList<>();
        for (int i = 1 + random.nextInt(10); i > 0; i--) {
            ids.add(PointId.of(random.nextInt(IDS)));
        }
        return ids;
    }

    private static List<Point> points(Random random) {
        Map<PointId, Point> points = new TreeMap<>();
        for (int i = 10 + random.nextInt(20); i > 0; i--) {
            PointId id = PointId.of(random.nextInt(IDS));
            points.put(id, new Point(id, Vectors.gaussian(random, DIMENSION, 1), value(random)));
        }
        return List.copyOf(points.values());
    }

    private static PayloadChange change(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> new PayloadChange.Set(value(random));
            case 1 -> new PayloadChange.Merge(value(random));
            default -> new PayloadChange.Clear(List.of());
        };
    }

    /** What a change makes of a payload with at most the field {@code n}. */
    private static Payload changed(PayloadChange change) {
        return switch (change) {
            case PayloadChange.Set(Payload payload) -> payload;
            case PayloadChange.Merge(Payload payload) -> payload;
            case PayloadChange.Clear _ -> Payload.EMPTY;
        };
    }

    /** Does an operation; durable when it returns. */
    void run(int operation, EngineCollection docs) {
        Random random = random(operation);
        switch (random.nextInt(10)) {
            case 0 -> docs.delete(ids(random));
            case 1 -> docs.delete(Filter.eq("n", random.nextInt(VALUES)));
            case 2 -> docs.change(new Selector.Ids(ids(random)), change(random));
            case 4 -> docs.change(new Selector.Matching(Filter.eq("n", random.nextInt(VALUES))), change(random));
            case 3 -> {
                if (random.nextInt(5) == 0) {
                    docs.optimize();
                }
            }
            default -> docs.upsert(points(random));
        }
    }

    /** Does an operation to what is expected. */
    void run(int operation, Map<PointId, Point> expected) {
        Random random = random(operation);
        switch (random.nextInt(10)) {
            case 0 -> ids(random).forEach(expected::remove);
            case 1 -> {
                Long doomed = (long) random.nextInt(VALUES);
                expected.values()
                        .removeIf(
                                point -> doomed.equals(point.payload().fields().get("n")));
            }
            case 2 -> {
                List<PointId> ids = ids(random);
                Payload payload = changed(change(random));
                ids.forEach(id -> expected.computeIfPresent(id, (_, old) -> new Point(id, old.vector(), payload)));
            }
            case 4 -> {
                Long wanted = (long) random.nextInt(VALUES);
                Payload payload = changed(change(random));
                expected.replaceAll((id, old) ->
                        wanted.equals(old.payload().fields().get("n")) ? new Point(id, old.vector(), payload) : old);
            }
            case 3 -> {}
            default -> points(random).forEach(point -> expected.put(point.id(), point));
        }
    }

    /** Whether a collection holds exactly these points, bit for bit. */
    static boolean holds(EngineCollection docs, Map<PointId, Point> expected) {
        List<ScrollPage.Entry> found =
                docs.scroll(new ScrollRequest(null, 10_000, null, true)).points();
        if (found.size() != expected.size()) {
            return false;
        }
        return found.stream().allMatch(entry -> {
            Point point = expected.get(entry.id());
            return point != null
                    && point.payload().equals(entry.payload())
                    && Arrays.equals(point.vector(), entry.vector());
        });
    }

    /** Fails unless searches and counts agree with the points. */
    static void verify(EngineCollection docs, Map<PointId, Point> expected) {
        assertEquals(expected.size(), docs.count());
        expected.forEach((id, point) -> {
            ScoredPoint hit = docs.search(new SearchRequest(point.vector(), 1, SearchParams.DEFAULT, false, true))
                    .getFirst();
            assertEquals(id, hit.id());
            assertArrayEquals(point.vector(), hit.vector());
        });
        for (long n = 0; n < VALUES; n++) {
            Long wanted = n;
            assertEquals(
                    expected.values().stream()
                            .filter(point ->
                                    wanted.equals(point.payload().fields().get("n")))
                            .count(),
                    docs.count(Filter.eq("n", n)));
        }
    }
}
