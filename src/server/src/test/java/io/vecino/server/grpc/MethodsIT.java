package io.vecino.server.grpc;

import static io.vecino.server.grpc.RunningGrpc.await;
import static io.vecino.server.grpc.RunningGrpc.id;
import static io.vecino.server.grpc.RunningGrpc.point;
import static io.vecino.server.grpc.RunningGrpc.refused;
import static io.vecino.server.grpc.RunningGrpc.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import io.vecino.api.v1.ApplyRequest;
import io.vecino.api.v1.ChangePayloadRequest;
import io.vecino.api.v1.Collection;
import io.vecino.api.v1.CountRequest;
import io.vecino.api.v1.CreateCollectionRequest;
import io.vecino.api.v1.CreateSnapshotRequest;
import io.vecino.api.v1.DeleteCollectionRequest;
import io.vecino.api.v1.DeletePointsRequest;
import io.vecino.api.v1.DeleteSnapshotRequest;
import io.vecino.api.v1.ExportRequest;
import io.vecino.api.v1.Filter;
import io.vecino.api.v1.GetCollectionRequest;
import io.vecino.api.v1.GetJobRequest;
import io.vecino.api.v1.GetPointRequest;
import io.vecino.api.v1.Job;
import io.vecino.api.v1.ListCollectionsRequest;
import io.vecino.api.v1.ListSnapshotsRequest;
import io.vecino.api.v1.OptimizeRequest;
import io.vecino.api.v1.Payload;
import io.vecino.api.v1.PointIds;
import io.vecino.api.v1.Query;
import io.vecino.api.v1.RestoreSnapshotRequest;
import io.vecino.api.v1.ScoredPoint;
import io.vecino.api.v1.ScrollPage;
import io.vecino.api.v1.ScrollRequest;
import io.vecino.api.v1.SearchBatchRequest;
import io.vecino.api.v1.SearchReply;
import io.vecino.api.v1.SearchRequest;
import io.vecino.api.v1.StoredPoint;
import io.vecino.api.v1.UndoRequest;
import io.vecino.api.v1.UpsertRequest;
import io.vecino.api.v1.Value;
import io.vecino.api.v1.Values;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MethodsIT {
    private RunningGrpc server;

    @BeforeEach
    void start(@TempDir Path directory) {
        server = new RunningGrpc(directory).withCollection(2);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Value text(String text) {
        return Value.newBuilder().setText(text).build();
    }

    private static Payload payload(String field, Value value) {
        return Payload.newBuilder().putFields(field, value).build();
    }

    private static Filter lang(String value) {
        return Filter.newBuilder()
                .setIn(Filter.In.newBuilder().setField("lang").addValues(text(value)))
                .build();
    }

    private void upsert(int count) {
        UpsertRequest.Builder request = UpsertRequest.newBuilder().setCollection("c");
        for (int i = 0; i < count; i++) {
            request.addPoints(point(i, i, 0).toBuilder().setPayload(payload("lang", text(i % 2 == 0 ? "en" : "de"))));
        }
        assertEquals(count, server.points().upsert(request.build()).getPoints());
    }

    private Job ended(Job job) {
        GetJobRequest request = GetJobRequest.newBuilder().setId(job.getId()).build();
        await(() -> server.jobs().get(request).getState() != Job.State.STATE_RUNNING);
        return server.jobs().get(request);
    }

    @Test
    void createsListsDescribesAndDropsCollections() {
        Collection made = server.collections()
                .create(CreateCollectionRequest.newBuilder()
                        .setName("d")
                        .setDimension(8)
                        .setMetric("cosine")
                        .setPipeline("none/int8")
                        .setIndex("flat")
                        .setDurability("wal")
                        .putPayloadIndexes("lang", "keyword")
                        .build());
        assertEquals("none/int8", made.getPipeline());
        assertEquals("wal", made.getDurability());
        assertEquals("keyword", made.getPayloadIndexesOrThrow("lang"));
        assertEquals(
                2,
                server.collections()
                        .list(ListCollectionsRequest.getDefaultInstance())
                        .getCollectionsCount());
        GetCollectionRequest get =
                GetCollectionRequest.newBuilder().setCollection("d").build();
        assertEquals(8, server.collections().get(get).getDimension());
        var _ = server.collections()
                .delete(DeleteCollectionRequest.newBuilder().setCollection("d").build());
        refused(Status.Code.NOT_FOUND, "collection not found: d", () -> {
            var _ = server.collections().get(get);
        });
    }

    @Test
    void storesReadsAndRemovesPoints() {
        Payload payload = Payload.newBuilder()
                .putFields("a", Value.newBuilder().setInteger(1L << 60).build())
                .putFields("b", Value.newBuilder().setReal(0.5).build())
                .putFields("c", Value.newBuilder().setBoolean(true).build())
                .putFields(
                        "d",
                        Value.newBuilder()
                                .setNull(Value.Null.getDefaultInstance())
                                .build())
                .putFields(
                        "e",
                        Value.newBuilder()
                                .setList(Values.newBuilder().addValues(text("x")))
                                .build())
                .putFields(
                        "f",
                        Value.newBuilder().setObject(payload("g", text("y"))).build())
                .build();
        var _ = server.points()
                .upsert(UpsertRequest.newBuilder()
                        .setCollection("c")
                        .addPoints(point(-1, 1, 2).toBuilder().setPayload(payload))
                        .build());
        GetPointRequest get = GetPointRequest.newBuilder()
                .setCollection("c")
                .setId(id(-1))
                .setWithVector(true)
                .build();
        StoredPoint stored = server.points().get(get);
        assertEquals(payload, stored.getPayload());
        assertEquals(vector(1, 2), stored.getVector());
        assertEquals(id(-1), stored.getId());
        var _ = server.points()
                .delete(DeletePointsRequest.newBuilder()
                        .setCollection("c")
                        .setIds(PointIds.newBuilder().addIds(id(-1)))
                        .build());
        refused(Status.Code.NOT_FOUND, "point not found: 18446744073709551615", () -> {
            var _ = server.points().get(get);
        });
    }

    @Test
    void changesPayloadsAndCountsByFilter() {
        upsert(10);
        CountRequest english = CountRequest.newBuilder()
                .setCollection("c")
                .setFilter(lang("en"))
                .build();
        assertEquals(5, server.points().count(english).getCount());
        var _ = server.points()
                .changePayload(ChangePayloadRequest.newBuilder()
                        .setCollection("c")
                        .setIds(PointIds.newBuilder().addIds(id(0)))
                        .setClear(ChangePayloadRequest.Fields.newBuilder().addFields("lang"))
                        .build());
        var _ = server.points()
                .changePayload(ChangePayloadRequest.newBuilder()
                        .setCollection("c")
                        .setFilter(lang("de"))
                        .setMerge(payload("seen", text("yes")))
                        .build());
        assertEquals(4, server.points().count(english).getCount());
        var _ = server.points()
                .delete(DeletePointsRequest.newBuilder()
                        .setCollection("c")
                        .setFilter(Filter.newBuilder()
                                .setNot(Filter.newBuilder()
                                        .setExists(Filter.Exists.newBuilder().setField("seen"))))
                        .build());
        assertEquals(
                5,
                server.points()
                        .count(CountRequest.newBuilder().setCollection("c").build())
                        .getCount());
    }

    @Test
    void searchesNearAVectorAndNearAPoint() {
        upsert(10);
        Query.Builder query = Query.newBuilder()
                .setVector(vector(3.2f, 0))
                .setK(2)
                .setWithPayload(true)
                .setWithVector(true);
        SearchReply reply = server.points()
                .search(SearchRequest.newBuilder()
                        .setCollection("c")
                        .setQuery(query)
                        .build());
        assertEquals(List.of(id(3), id(4)), ids(reply.getPointsList()));
        assertEquals(0.2f, reply.getPoints(0).getScore(), 1e-6f);
        assertEquals(vector(3, 0), reply.getPoints(0).getVector());
        assertEquals(payload("lang", text("de")), reply.getPoints(0).getPayload());
        Query near =
                Query.newBuilder().setId(id(3)).setK(1).setFilter(lang("de")).build();
        var batch = server.points()
                .searchBatch(SearchBatchRequest.newBuilder()
                        .setCollection("c")
                        .addQueries(near)
                        .addQueries(query)
                        .build());
        assertEquals(List.of(id(1)), ids(batch.getResults(0).getPointsList()));
        assertEquals(reply.getPointsList(), batch.getResults(1).getPointsList());
    }

    private static List<io.vecino.api.v1.PointId> ids(List<ScoredPoint> hits) {
        return hits.stream().map(ScoredPoint::getId).toList();
    }

    @Test
    void scrollsAndExportsInPages() {
        upsert(2_500);
        List<StoredPoint> read = new ArrayList<>();
        int pages = 0;
        var all = server.points()
                .scroll(ScrollRequest.newBuilder()
                        .setCollection("c")
                        .setLimit(2_200)
                        .setAfter(id(99))
                        .build());
        while (all.hasNext()) {
            read.addAll(all.next().getPointsList());
            pages++;
        }
        assertEquals(2_200, read.size());
        assertEquals(id(100), read.getFirst().getId());
        assertTrue(pages > 1);
        assertTrue(read.getFirst().getVector().isEmpty());
        List<StoredPoint> exported = new ArrayList<>();
        server.points()
                .export(ExportRequest.newBuilder()
                        .setCollection("c")
                        .setFilter(lang("en"))
                        .build())
                .forEachRemaining(page -> exported.addAll(page.getPointsList()));
        assertEquals(1_250, exported.size());
        assertEquals(vector(2_498, 0), exported.getLast().getVector());
        ScrollPage first = server.points()
                .scroll(ScrollRequest.newBuilder().setCollection("c").build())
                .next();
        assertEquals(100, first.getPointsCount());
        assertEquals(id(99), first.getNext());
    }

    @Test
    void runsLongWorkAsJobs() {
        upsert(100);
        OptimizeRequest optimize =
                OptimizeRequest.newBuilder().setCollection("c").build();
        assertEquals(
                Job.State.STATE_SUCCEEDED,
                ended(server.collections().optimize(optimize)).getState());
        Job applied = ended(server.collections()
                .apply(ApplyRequest.newBuilder()
                        .setCollection("c")
                        .setPipeline("none/int8")
                        .build()));
        assertEquals("none/int8", applied.getCollection().getPipeline());
        Job undone = ended(server.collections()
                .undo(UndoRequest.newBuilder().setCollection("c").build()));
        assertEquals("none/f16", undone.getCollection().getPipeline());
        Job taken = ended(server.snapshots()
                .create(CreateSnapshotRequest.newBuilder()
                        .setCollection("c")
                        .setName("s")
                        .build()));
        assertEquals(100, taken.getSnapshot().getPoints());
        ListSnapshotsRequest list =
                ListSnapshotsRequest.newBuilder().setCollection("c").build();
        assertEquals(List.of(taken.getSnapshot()), server.snapshots().list(list).getSnapshotsList());
        RestoreSnapshotRequest.Builder restore =
                RestoreSnapshotRequest.newBuilder().setCollection("c").setSnapshot("s");
        refused(Status.Code.FAILED_PRECONDITION, () -> {
            var _ = server.snapshots().restore(restore.build());
        });
        Job restored = ended(server.snapshots().restore(restore.setAs("e").build()));
        assertEquals(100, restored.getCollection().getPoints());
        var _ = server.snapshots()
                .delete(DeleteSnapshotRequest.newBuilder()
                        .setCollection("c")
                        .setSnapshot("s")
                        .build());
        assertEquals(0, server.snapshots().list(list).getSnapshotsCount());
    }

    @Test
    void tellsItsHealthAndItsServices() throws InterruptedException {
        assertEquals(
                HealthCheckResponse.ServingStatus.SERVING,
                HealthGrpc.newBlockingStub(server.channel())
                        .check(HealthCheckRequest.getDefaultInstance())
                        .getStatus());
        BlockingQueue<ServerReflectionResponse> replies = new LinkedBlockingQueue<>();
        StreamObserver<ServerReflectionRequest> asking = ServerReflectionGrpc.newStub(server.channel())
                .serverReflectionInfo(new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse value) {
                        replies.add(value);
                    }

                    @Override
                    public void onError(Throwable t) {}

                    @Override
                    public void onCompleted() {}
                });
        asking.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        asking.onNext(ServerReflectionRequest.newBuilder()
                .setFileContainingSymbol("vecino.v1.Points")
                .build());
        ServerReflectionResponse services = replies.poll(30, TimeUnit.SECONDS);
        assertTrue(services != null && services.toString().contains("vecino.v1.Points"));
        ServerReflectionResponse file = replies.poll(30, TimeUnit.SECONDS);
        assertFalse(file == null
                || file.getFileDescriptorResponse().getFileDescriptorProtoList().isEmpty());
        asking.onCompleted();
    }
}
