package io.vecino.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.vecino.api.v1.BulkUpsertReply;
import io.vecino.api.v1.Point;
import io.vecino.api.v1.PointsGrpc;
import io.vecino.api.v1.UpsertRequest;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A stream of upserts. Adding waits until the server takes more; closing waits until all of it is durable. Not retried: after a
 * failure, {@link #acknowledged} says how far it came. For one thread; several streams may load the same collection.
 */
public final class BulkUpsert implements AutoCloseable {
    private final String collection;
    private final ClientCallStreamObserver<UpsertRequest> call;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private BulkUpsertReply acknowledged = BulkUpsertReply.getDefaultInstance();
    private @Nullable VecinoException failure;
    private boolean ended;
    private boolean first = true;

    BulkUpsert(Channel channel, String collection) {
        this.collection = collection;
        Replies replies = new Replies();
        var _ = ClientCalls.asyncBidiStreamingCall(
                channel.newCall(PointsGrpc.getBulkUpsertMethod(), CallOptions.DEFAULT), replies);
        this.call = Objects.requireNonNull(replies.starting);
    }

    private final class Replies implements ClientResponseObserver<UpsertRequest, BulkUpsertReply> {
        private @Nullable ClientCallStreamObserver<UpsertRequest> starting;

        @Override
        public void beforeStart(ClientCallStreamObserver<UpsertRequest> stream) {
            starting = stream;
            stream.setOnReadyHandler(() -> update(() -> {}));
        }

        @Override
        public void onNext(BulkUpsertReply reply) {
            update(() -> acknowledged = reply);
        }

        @Override
        public void onError(Throwable error) {
            update(() -> {
                failure = VecinoException.of(error);
                ended = true;
            });
        }

        @Override
        public void onCompleted() {
            update(() -> ended = true);
        }
    }

    private void update(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sends points, once the server takes them.
     *
     * @param points 1 to 10,000 with distinct ids; stored all or nothing
     * @throws VecinoException if the stream has failed, with these points or earlier ones
     */
    public void add(List<Point> points) {
        UpsertRequest.Builder message = UpsertRequest.newBuilder().addAllPoints(points);
        if (first) {
            message.setCollection(collection);
            first = false;
        }
        await(() -> ended || call.isReady());
        requireSound();
        if (ended) {
            throw VecinoException.of(
                    Status.CANCELLED.withDescription("the stream has ended").asRuntimeException());
        }
        call.onNext(message.build());
    }

    /** What the server has acknowledged so far. */
    public BulkUpsertReply acknowledged() {
        lock.lock();
        try {
            return acknowledged;
        } finally {
            lock.unlock();
        }
    }

    private void requireSound() {
        lock.lock();
        try {
            if (failure != null) {
                throw failure;
            }
        } finally {
            lock.unlock();
        }
    }

    private void await(java.util.function.BooleanSupplier condition) {
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                changed.await();
            }
        } catch (InterruptedException e) {
            call.cancel("interrupted", e);
            Thread.currentThread().interrupt();
            throw VecinoException.of(Status.CANCELLED
                    .withDescription("interrupted while loading")
                    .asRuntimeException());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the acknowledgement of everything.
     *
     * @throws VecinoException if something was not stored
     */
    @Override
    public void close() {
        lock.lock();
        try {
            if (!ended) {
                call.onCompleted();
            }
        } finally {
            lock.unlock();
        }
        await(() -> ended);
        requireSound();
    }
}
