package io.vecino.server.grpc;

import static io.vecino.server.grpc.RunningGrpc.LONG;
import static io.vecino.server.grpc.RunningGrpc.await;
import static io.vecino.server.grpc.RunningGrpc.point;
import static io.vecino.server.grpc.RunningGrpc.refused;
import static io.vecino.server.grpc.RunningGrpc.settings;
import static io.vecino.server.grpc.RunningGrpc.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.rpc.BadRequest;
import com.google.rpc.RetryInfo;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.vecino.EngineCollection;
import io.vecino.api.v1.BulkUpsertReply;
import io.vecino.api.v1.CountReply;
import io.vecino.api.v1.CountRequest;
import io.vecino.api.v1.ExportRequest;
import io.vecino.api.v1.PointsGrpc;
import io.vecino.api.v1.Query;
import io.vecino.api.v1.ScrollPage;
import io.vecino.api.v1.SearchRequest;
import io.vecino.api.v1.UpsertRequest;
import io.vecino.model.Payload;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GuardIT {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final CountRequest COUNT =
            CountRequest.newBuilder().setCollection("c").build();

    @TempDir
    private Path directory;

    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            return new byte[0];
        }
    };

    @Test
    void callsBytesThatAreNoMessageTheCallersError() {
        try (RunningGrpc server = new RunningGrpc(directory).withCollection(2)) {
            for (MethodDescriptor<?, ?> method :
                    PointsGrpc.getServiceDescriptor().getMethods()) {
                var raw = method.toBuilder(BYTES, BYTES)
                        .setType(MethodDescriptor.MethodType.UNARY)
                        .build();
                Status status = refused(Status.Code.INVALID_ARGUMENT, () -> {
                    var _ = ClientCalls.blockingUnaryCall(
                            server.channel(), raw, CallOptions.DEFAULT, new byte[] {(byte) 0xff, 1, 2});
                });
                assertTrue(String.valueOf(status.getDescription()).startsWith("message: expected"), status::toString);
            }
        }
    }

    @Test
    void namesTheFieldThatIsWrong() {
        try (RunningGrpc server = new RunningGrpc(directory).withCollection(2)) {
            SearchRequest request = SearchRequest.newBuilder()
                    .setCollection("c")
                    .setQuery(Query.newBuilder().setVector(vector(1, 2)))
                    .build();
            StatusRuntimeException failure = Assertions.assertThrows(
                    StatusRuntimeException.class, () -> server.points().search(request));
            assertEquals("k: expected 1 to 10000, got 0", failure.getStatus().getDescription());
            var details = Objects.requireNonNull(StatusProto.fromThrowable(failure));
            BadRequest bad = unpack(details.getDetails(0), BadRequest.class);
            assertEquals("k", bad.getFieldViolations(0).getField());
        }
    }

    private static <T extends com.google.protobuf.Message> T unpack(com.google.protobuf.Any any, Class<T> type) {
        try {
            return any.unpack(type);
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void refusesMessagesThatAreTooLong() {
        try (RunningGrpc server = new RunningGrpc(directory).withCollection(2)) {
            UpsertRequest request = UpsertRequest.newBuilder()
                    .setCollection("c")
                    .addPoints(point(1, new float[1_200_000]))
                    .build();
            refused(Status.Code.RESOURCE_EXHAUSTED, () -> {
                var _ = server.points().upsert(request);
            });
            assertEquals(0, server.points().count(COUNT).getCount());
        }
    }

    @Test
    void refusesMessagesThatTogetherAreTooLong() {
        try (RunningGrpc server = new RunningGrpc(directory, settings(LONG, 64, 64, 10_000)).withCollection(2)) {
            UpsertRequest request = UpsertRequest.newBuilder()
                    .setCollection("c")
                    .addPoints(point(1, new float[5_000]))
                    .build();
            refused(Status.Code.RESOURCE_EXHAUSTED, () -> {
                var _ = server.points().upsert(request);
            });
            server.assertAtRest();
            assertEquals(0, server.points().count(COUNT).getCount());
        }
    }

    @Test
    void refusesCallsBeyondTheLimitAndSaysWhenToRetry() {
        try (RunningGrpc server = new RunningGrpc(directory, settings(LONG, 64, 1, 1 << 20))) {
            ClientCall<UpsertRequest, BulkUpsertReply> open =
                    server.channel().newCall(PointsGrpc.getBulkUpsertMethod(), CallOptions.DEFAULT);
            open.start(new ClientCall.Listener<>() {}, new Metadata());
            await(() -> server.server().calls().running() == 1);
            StatusRuntimeException failure = Assertions.assertThrows(
                    StatusRuntimeException.class, () -> server.points().count(COUNT));
            assertEquals(Status.Code.UNAVAILABLE, failure.getStatus().getCode());
            RetryInfo retry = unpack(
                    Objects.requireNonNull(StatusProto.fromThrowable(failure)).getDetails(0), RetryInfo.class);
            assertEquals(1, retry.getRetryDelay().getSeconds());
            open.cancel("done", null);
            server.assertAtRest();
            refused(Status.Code.NOT_FOUND, () -> {
                var _ = server.points().count(COUNT);
            });
        }
    }

    @Test
    void givesUpOnAMessageThatDoesNotArrive() {
        try (RunningGrpc server = new RunningGrpc(directory, settings(SHORT, 64, 64, 1 << 20))) {
            CompletableFuture<Status> end = new CompletableFuture<>();
            ClientCall<CountRequest, CountReply> silent = server.channel()
                    .newCall(
                            PointsGrpc.getCountMethod().toBuilder()
                                    .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                                    .build(),
                            CallOptions.DEFAULT);
            silent.start(
                    new ClientCall.Listener<>() {
                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            end.complete(status);
                        }
                    },
                    new Metadata());
            silent.request(1);
            assertTrue(!end.join().isOk());
            server.assertAtRest();
        }
    }

    /** Points and queries of all zeros, which are as much work as others. */
    private static void fill(RunningGrpc server, int dimension, int count) {
        EngineCollection collection = server.engine().collection("c");
        List<Point> points = IntStream.range(0, count)
                .mapToObj(i -> new Point(PointId.of(i), new float[dimension], Payload.EMPTY))
                .toList();
        var _ = collection.upsert(points);
    }

    @Test
    void givesUpOnAClientThatDoesNotReadItsPages() {
        try (RunningGrpc server = new RunningGrpc(directory, settings(SHORT, 64, 64, 1 << 20)).withCollection(2_000)) {
            fill(server, 2_000, 2_000);
            CompletableFuture<ClientCallStreamObserver<ExportRequest>> started = new CompletableFuture<>();
            PointsGrpc.newStub(server.channel())
                    .export(
                            ExportRequest.newBuilder().setCollection("c").build(),
                            new ClientResponseObserver<ExportRequest, ScrollPage>() {
                                @Override
                                public void beforeStart(ClientCallStreamObserver<ExportRequest> call) {
                                    call.disableAutoRequestWithInitial(1);
                                    started.complete(call);
                                }

                                @Override
                                public void onNext(ScrollPage page) {}

                                @Override
                                public void onError(Throwable failure) {}

                                @Override
                                public void onCompleted() {}
                            });
            await(() -> server.server().calls().running() == 1);
            server.assertAtRest();
            // What the client has received and never asked for stays in its memory until then.
            started.join().cancel("no more", null);
        }
    }

    @Test
    void endsABatchAtTheDeadlineOfTheCaller() {
        try (RunningGrpc server = new RunningGrpc(directory).withCollection(512)) {
            fill(server, 512, 10_000);
            var batch = io.vecino.api.v1.SearchBatchRequest.newBuilder().setCollection("c");
            Query query = Query.newBuilder()
                    .setVector(vector(new float[512]))
                    .setK(100)
                    .build();
            IntStream.range(0, 1_000).forEach(_ -> batch.addQueries(query));
            refused(Status.Code.DEADLINE_EXCEEDED, () -> {
                var _ = server.points()
                        .withDeadlineAfter(200, TimeUnit.MILLISECONDS)
                        .searchBatch(batch.build());
            });
            server.assertAtRest();
        }
    }

    @Test
    void closesConnectionsBeyondTheLimit() throws Exception {
        try (RunningGrpc server = new RunningGrpc(directory, settings(LONG, 3, 64, 1 << 20)).withCollection(2)) {
            List<Socket> open = new ArrayList<>();
            try {
                for (int i = 0; i < 2; i++) {
                    open.add(new Socket(
                            server.server().address().getAddress(),
                            server.server().address().getPort()));
                }
                await(() -> server.server().connections().open() == 3);
                try (Socket more = new Socket(
                        server.server().address().getAddress(),
                        server.server().address().getPort())) {
                    assertEquals(-1, read(more));
                }
                assertEquals(0, server.points().count(COUNT).getCount());
            } finally {
                for (Socket socket : open) {
                    socket.close();
                }
            }
        }
    }

    private static int read(Socket socket) {
        try {
            return socket.getInputStream().read();
        } catch (java.io.IOException _) {
            return -1;
        }
    }

    @Test
    void finishesACallInProgressAndTakesNoOther() throws Exception {
        RunningGrpc server = new RunningGrpc(directory).withCollection(2);
        CompletableFuture<Status> end = new CompletableFuture<>();
        ClientCall<UpsertRequest, BulkUpsertReply> busy =
                server.channel().newCall(PointsGrpc.getBulkUpsertMethod(), CallOptions.DEFAULT);
        busy.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        end.complete(status);
                    }
                },
                new Metadata());
        busy.request(10);
        await(() -> server.server().calls().running() == 1);
        Thread closing = Thread.ofVirtual().start(server.server()::close);
        busy.sendMessage(UpsertRequest.newBuilder()
                .setCollection("c")
                .addPoints(point(1, 1, 2))
                .build());
        busy.halfClose();
        assertEquals(Status.OK, end.join());
        closing.join();
        refused(Status.Code.UNAVAILABLE, () -> {
            var _ = server.points().count(COUNT);
        });
        assertEquals(1, server.engine().collection("c").count());
        server.close();
    }
}
