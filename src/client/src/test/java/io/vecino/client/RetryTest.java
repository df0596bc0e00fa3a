package io.vecino.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.rpc.RetryInfo;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.vecino.api.v1.CountReply;
import io.vecino.api.v1.CountRequest;
import io.vecino.api.v1.PointsGrpc;
import io.vecino.api.v1.UpsertRequest;
import io.vecino.api.v1.WriteReply;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RetryTest {
    private static final RetryPolicy QUICK = new RetryPolicy(5, Duration.ofMillis(1), Duration.ofMillis(4));

    private final AtomicInteger attempts = new AtomicInteger();
    private volatile Throwable failure = Status.UNAVAILABLE.asRuntimeException();
    private volatile int failures = 2;
    private Server server;
    private VecinoClient client;

    /** A server that fails as told, then answers. */
    private final class Failing extends PointsGrpc.PointsImplBase {
        @Override
        public void count(CountRequest request, StreamObserver<CountReply> replies) {
            answer(replies, CountReply.newBuilder().setCount(7).build());
        }

        @Override
        public void upsert(UpsertRequest request, StreamObserver<WriteReply> replies) {
            answer(replies, WriteReply.getDefaultInstance());
        }

        private <R> void answer(StreamObserver<R> replies, R reply) {
            if (attempts.incrementAndGet() <= failures) {
                replies.onError(failure);
            } else {
                replies.onNext(reply);
                replies.onCompleted();
            }
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(new Failing())
                .build()
                .start();
        client = VecinoClient.connect(
                ClientConfig.of("127.0.0.1", server.getPort()).withRetry(QUICK));
    }

    @AfterEach
    void stop() {
        client.close();
        server.shutdownNow();
    }

    private RemoteCollection points() {
        return client.collection("c");
    }

    @Test
    void triesAgainWhatIsUnavailable() {
        assertEquals(7, points().count());
        assertEquals(3, attempts.get());
        attempts.set(0);
        assertEquals(7L, client.asyncCollection("c").count().join());
        assertEquals(3, attempts.get());
    }

    @Test
    void givesUpAfterTheLastAttempt() {
        failures = 100;
        assertThrows(VecinoException.class, () -> points().count());
        assertEquals(5, attempts.get());
        attempts.set(0);
        assertThrows(
                CompletionException.class,
                () -> client.asyncCollection("c").count().join());
        assertEquals(5, attempts.get());
    }

    @Test
    void doesNotRepeatWhatFailsForGood() {
        failure = Status.INVALID_ARGUMENT.asRuntimeException();
        assertThrows(VecinoException.class, () -> points().count());
        assertEquals(1, attempts.get());
    }

    @Test
    void doesNotRepeatAConditionalWriteUnlessItWasRefused() {
        var point = Values.point(Values.id(1), new float[] {1}).toBuilder()
                .setIfVersion(3)
                .build();
        assertThrows(VecinoException.class, () -> points().upsert(List.of(point)));
        assertEquals(1, attempts.get());
        attempts.set(0);
        failure = StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                .setCode(Status.Code.UNAVAILABLE.value())
                .addDetails(Any.pack(RetryInfo.getDefaultInstance()))
                .build());
        assertEquals(0, points().upsert(List.of(point)).getPoints());
        assertEquals(3, attempts.get());
    }

    @Test
    void stopsAtTheDeadline() {
        failures = 100;
        RetryPolicy slow = new RetryPolicy(100, Duration.ofSeconds(20), Duration.ofSeconds(20));
        ClientConfig config =
                ClientConfig.of("127.0.0.1", server.getPort()).withRetry(slow).withDeadline(Duration.ofSeconds(5));
        try (VecinoClient hurried = VecinoClient.connect(config)) {
            assertThrows(VecinoException.class, () -> hurried.collection("c").count());
        }
        assertEquals(1, attempts.get());
    }

    @Test
    void waitsLongerEachTimeUpToALimit() {
        RetryPolicy policy = new RetryPolicy(9, Duration.ofMillis(10), Duration.ofMillis(50));
        for (int attempt = 1; attempt < 9; attempt++) {
            long most = Math.min(10_000_000L << (attempt - 1), 50_000_000L);
            long wait = policy.waitNanos(attempt);
            assertTrue(wait >= most / 2 && wait <= most, "attempt " + attempt + ": " + wait);
        }
    }
}
