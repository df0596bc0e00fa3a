package io.vecino.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.vecino.Engine;
import io.vecino.api.v1.ApplyRequest;
import io.vecino.api.v1.ChangePayloadRequest;
import io.vecino.api.v1.CreateCollectionRequest;
import io.vecino.api.v1.CreateSnapshotRequest;
import io.vecino.api.v1.Job;
import io.vecino.api.v1.Point;
import io.vecino.api.v1.PointId;
import io.vecino.api.v1.RestoreSnapshotRequest;
import io.vecino.api.v1.ScoredPoint;
import io.vecino.api.v1.ScrollRequest;
import io.vecino.api.v1.StoredPoint;
import io.vecino.server.ServerConfig;
import io.vecino.server.VecinoServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VecinoClientIT {
    private Engine engine;
    private VecinoServer server;
    private VecinoClient client;
    private RemoteCollection points;

    @BeforeEach
    void start(@TempDir Path directory) {
        engine = Engine.open(directory);
        server = VecinoServer.start(engine, ServerConfig.defaults().withPort(0).withGrpcPort(0));
        client = VecinoClient.connect(
                "127.0.0.1", server.grpcAddress().orElseThrow().getPort());
        var _ = client.create(CreateCollectionRequest.newBuilder()
                .setName("c")
                .setDimension(2)
                .setMetric("l2")
                .build());
        points = client.collection("c");
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
        engine.close();
    }

    private static List<Point> numbered(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> Values.point(
                        Values.id(i), new float[] {i, 0}, Map.of("even", i % 2 == 0, "tags", List.of("a", i))))
                .toList();
    }

    private static List<PointId> ids(List<ScoredPoint> hits) {
        return hits.stream().map(ScoredPoint::getId).toList();
    }

    private Job ended(Job job) {
        return assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            Job now = job;
            while (now.getState() == Job.State.STATE_RUNNING) {
                now = client.job(job.getId());
            }
            return now;
        });
    }

    @Test
    void storesFindsAndRemovesPoints() {
        assertEquals(10, points.upsert(numbered(0, 10)).getPoints());
        assertEquals(10, points.count());
        assertEquals(5, points.count(Filters.eq("even", true)));
        assertEquals(1, points.count(Filters.all(Filters.contains("tags", 3), Filters.not(Filters.exists("none")))));
        assertEquals(List.of(Values.id(3), Values.id(4)), ids(points.search(Values.query(new float[] {3.2f, 0}, 2))));
        var near = Values.query(Values.id(3), 2).toBuilder()
                .setFilter(Filters.eq("even", false))
                .build();
        assertEquals(
                List.of(List.of(Values.id(1), Values.id(5)), List.of(Values.id(0))),
                points.search(List.of(near, Values.query(new float[] {0, 0}, 1))).stream()
                        .map(VecinoClientIT::ids)
                        .toList());
        StoredPoint stored = points.get(Values.id(3), true).orElseThrow();
        assertArrayEquals(new float[] {3, 0}, Values.floats(stored.getVector()));
        assertEquals(Map.of("even", false, "tags", List.of("a", 3L)), Values.map(stored.getPayload()));
        assertEquals(
                1,
                points.changePayload(ChangePayloadRequest.newBuilder()
                                .setFilter(Filters.hasId(List.of(Values.id(3))))
                                .setMerge(Values.payload(Map.of("n", 1.5)))
                                .build())
                        .getPoints());
        assertEquals(1, points.count(Filters.gt("n", 1)));
        assertEquals(1, points.delete(List.of(Values.id(3))).getPoints());
        assertEquals(5, points.delete(Filters.eq("even", true)).getPoints());
        assertEquals(Optional.empty(), points.get(Values.id(3), false));
    }

    @Test
    void answersInFutures() {
        AsyncCollection async = client.asyncCollection("c");
        assertEquals(
                4,
                async.upsert(numbered(0, 10))
                        .thenCompose(_ -> async.search(Values.query(new float[] {1, 0}, 4)))
                        .join()
                        .size());
        assertEquals(5L, async.count(Filters.eq("even", true)).join());
        CompletionException failure = assertThrows(
                CompletionException.class,
                () -> async.search(Values.query(new float[] {1}, 1)).join());
        VecinoException cause = assertInstanceOf(VecinoException.class, failure.getCause());
        assertEquals("vector: expected 2 values, got 1 values", cause.getMessage());
        assertEquals(Optional.of("vector"), cause.field());
    }

    @Test
    void loadsInBulkAndReadsAllOfItBack() {
        BulkUpsert load = points.bulkUpsert();
        try (load) {
            for (int i = 0; i < 30; i++) {
                load.add(numbered(100 * i, 100 * (i + 1)));
            }
        }
        assertEquals(3_000, load.acknowledged().getPoints());
        List<StoredPoint> read = new ArrayList<>();
        points.export().forEachRemaining(page -> read.addAll(page.getPointsList()));
        assertEquals(3_000, read.size());
        List<StoredPoint> some = new ArrayList<>();
        points.scroll(ScrollRequest.newBuilder()
                        .setAfter(Values.id(9))
                        .setLimit(7)
                        .build())
                .forEachRemaining(page -> some.addAll(page.getPointsList()));
        assertEquals(Values.id(10), some.getFirst().getId());
        assertEquals(7, some.size());
    }

    @Test
    void tellsOfABulkLoadThatFailed() {
        BulkUpsert load = points.bulkUpsert();
        load.add(numbered(0, 10));
        load.add(List.of(Values.point(Values.id(1), new float[] {Float.NaN, 1})));
        VecinoException failure = assertThrows(VecinoException.class, load::close);
        assertEquals("points[0].vector[0]: expected a finite float32, got NaN", failure.getMessage());
        assertEquals(10, load.acknowledged().getPoints());
    }

    @Test
    void watchesLongWork() {
        var _ = points.upsert(numbered(0, 100));
        assertEquals(Job.State.STATE_SUCCEEDED, ended(client.optimize("c")).getState());
        Job applied = ended(client.apply(ApplyRequest.newBuilder()
                .setCollection("c")
                .setPipeline("none/int8")
                .build()));
        assertEquals("none/int8", applied.getCollection().getPipeline());
        assertEquals("none/int8", client.describe("c").getPipeline());
        assertEquals("none/f16", ended(client.undo("c")).getCollection().getPipeline());
        Job taken = ended(client.snapshot(CreateSnapshotRequest.newBuilder()
                .setCollection("c")
                .setName("s")
                .build()));
        assertEquals(List.of(taken.getSnapshot()), client.snapshots("c"));
        Job restored = ended(client.restore(RestoreSnapshotRequest.newBuilder()
                .setCollection("c")
                .setSnapshot("s")
                .setAs("d")
                .build()));
        assertEquals(100, restored.getCollection().getPoints());
        client.deleteSnapshot("c", "s");
        client.drop("d");
        assertEquals(1, client.collections().size());
    }

    @Test
    void passesTheServersMessageOn() {
        VecinoException failure = assertThrows(
                VecinoException.class, () -> client.collection("none").count());
        assertEquals(Status.Code.NOT_FOUND, failure.code());
        assertEquals("collection not found: none", failure.getMessage());
        assertTrue(failure.field().isEmpty());
    }
}
