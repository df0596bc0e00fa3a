package io.vecino.server.grpc;

import static io.vecino.server.grpc.RunningGrpc.await;
import static io.vecino.server.grpc.RunningGrpc.point;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.vecino.api.v1.BulkUpsertReply;
import io.vecino.api.v1.PointsGrpc;
import io.vecino.api.v1.UpsertRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BulkUpsertIT {
    private RunningGrpc server;

    @BeforeEach
    void start(@TempDir Path directory) {
        server = new RunningGrpc(directory).withCollection(2);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** A client that reads only as many acknowledgements as it asks for. */
    private static final class Stream implements ClientResponseObserver<UpsertRequest, BulkUpsertReply> {
        private final List<BulkUpsertReply> acknowledged = new CopyOnWriteArrayList<>();
        private final CompletableFuture<Status> end = new CompletableFuture<>();
        private final int read;
        private @Nullable ClientCallStreamObserver<UpsertRequest> call;

        Stream(int read) {
            this.read = read;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<UpsertRequest> starting) {
            call = starting;
            starting.disableAutoRequestWithInitial(read);
        }

        ClientCallStreamObserver<UpsertRequest> call() {
            return java.util.Objects.requireNonNull(call);
        }

        @Override
        public void onNext(BulkUpsertReply value) {
            acknowledged.add(value);
        }

        @Override
        public void onError(Throwable t) {
            end.complete(Status.fromThrowable(t));
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }
    }

    private Stream open(int read) {
        Stream stream = new Stream(read);
        var _ = PointsGrpc.newStub(server.channel()).bulkUpsert(stream);
        return stream;
    }

    private static UpsertRequest message(String collection, int first, int count) {
        UpsertRequest.Builder message = UpsertRequest.newBuilder().setCollection(collection);
        for (int i = first; i < first + count; i++) {
            message.addPoints(point(i, i, 1));
        }
        return message.build();
    }

    private long stored() {
        return server.engine().collection("c").count();
    }

    @Test
    void acknowledgesEachMessageInOrder() {
        Stream stream = open(Integer.MAX_VALUE);
        for (int i = 0; i < 20; i++) {
            stream.call().onNext(message(i == 0 ? "c" : "", 100 * i, 100));
        }
        stream.call().onCompleted();
        assertEquals(Status.OK, stream.end.join());
        assertEquals(20, stream.acknowledged.size());
        for (int i = 0; i < 20; i++) {
            assertEquals(i + 1, stream.acknowledged.get(i).getMessages());
            assertEquals(100L * (i + 1), stream.acknowledged.get(i).getPoints());
        }
        assertEquals(2_000, stored());
    }

    @Test
    void endsWithTheFirstMessageThatFailsAndKeepsWhatWasAcknowledged() {
        Stream stream = open(Integer.MAX_VALUE);
        stream.call().onNext(message("c", 0, 10));
        await(() -> stream.acknowledged.size() == 1);
        stream.call()
                .onNext(UpsertRequest.newBuilder().addPoints(point(50, 1, 2, 3)).build());
        Status end = stream.end.join();
        assertEquals(Status.Code.INVALID_ARGUMENT, end.getCode());
        assertEquals("points[0].vector: expected 2 values, got 3 values", end.getDescription());
        assertEquals(10, stored());
    }

    @Test
    void refusesAnotherCollectionInTheSameStream() {
        Stream stream = open(Integer.MAX_VALUE);
        stream.call().onNext(message("c", 0, 1));
        stream.call().onNext(message("d", 1, 1));
        assertEquals(Status.Code.INVALID_ARGUMENT, stream.end.join().getCode());
    }

    @Test
    void takesNoMoreThanItCanStore() {
        Stream stream = open(Integer.MAX_VALUE);
        int sent = 0;
        while (stream.call().isReady() && sent < 100_000) {
            stream.call().onNext(message("c", 0, 1_000));
            sent++;
        }
        assertTrue(sent < 100_000, "the client was never told to wait");
        assertTrue(server.server().calls().heldBytes() < 16 << 20);
        stream.call().onCompleted();
        assertEquals(Status.OK, stream.end.join());
        assertEquals(sent, stream.acknowledged.size());
    }

    @Test
    void forgetsAStreamThatIsCancelled() {
        Stream stream = open(0);
        stream.call().onNext(message("c", 0, 10));
        await(() -> stored() == 10);
        stream.call().cancel("enough", null);
        server.assertAtRest();
        assertFalse(stream.end.join().isOk());
    }
}
