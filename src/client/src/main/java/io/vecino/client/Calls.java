package io.vecino.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Calls with one request and one reply, made again where that may help, within one deadline for all attempts. */
final class Calls {
    private final Channel channel;
    private final ClientConfig config;

    Calls(Channel channel, ClientConfig config) {
        this.channel = channel;
        this.config = config;
    }

    Channel channel() {
        return channel;
    }

    /** @param repeatable whether doing it twice is the same as doing it once */
    <Q, R> R blocking(MethodDescriptor<Q, R> method, Q request, boolean repeatable) {
        long end = System.nanoTime() + config.deadline().toNanos();
        for (int attempt = 1; ; attempt++) {
            try {
                return ClientCalls.blockingUnaryCall(channel, method, until(end), request);
            } catch (StatusRuntimeException e) {
                long wait = waitAfter(attempt, VecinoException.of(e), repeatable, end);
                sleep(wait);
            }
        }
    }

    private static CallOptions until(long end) {
        return CallOptions.DEFAULT.withDeadlineAfter(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    /** Nanoseconds until the next attempt; throws the failure if there is to be none. */
    private long waitAfter(int attempt, VecinoException failure, boolean repeatable, long end) {
        long wait = config.retry().waitNanos(attempt);
        boolean last = attempt >= config.retry().attempts() || end - System.nanoTime() <= wait;
        if (last || !failure.worthAnotherAttempt(repeatable)) {
            throw failure;
        }
        return wait;
    }

    private static void sleep(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.currentThread().isInterrupted()) {
                throw VecinoException.of(Status.CANCELLED
                        .withDescription("interrupted between attempts")
                        .asRuntimeException());
            }
        }
    }

    /** As {@link #blocking}; completes with {@link VecinoException} where that throws it. */
    <Q, R> CompletableFuture<R> async(MethodDescriptor<Q, R> method, Q request, boolean repeatable) {
        CompletableFuture<R> result = new CompletableFuture<>();
        long end = System.nanoTime() + config.deadline().toNanos();
        attempt(method, request, repeatable, end, 1, result);
        return result;
    }

    private <Q, R> void attempt(
            MethodDescriptor<Q, R> method,
            Q request,
            boolean repeatable,
            long end,
            int attempt,
            CompletableFuture<R> result) {
        var call = channel.newCall(method, until(end));
        var _ = result.whenComplete((_, _) -> {
            if (result.isCancelled()) {
                call.cancel("cancelled by the caller", null);
            }
        });
        ClientCalls.asyncUnaryCall(call, request, new StreamObserver<R>() {
            private @Nullable R reply;

            @Override
            public void onNext(R value) {
                reply = value;
            }

            @Override
            public void onError(Throwable failure) {
                try {
                    long wait = waitAfter(attempt, VecinoException.of(failure), repeatable, end);
                    Executor later = CompletableFuture.delayedExecutor(wait, TimeUnit.NANOSECONDS);
                    later.execute(() -> attempt(method, request, repeatable, end, attempt + 1, result));
                } catch (VecinoException e) {
                    result.completeExceptionally(e);
                }
            }

            @Override
            public void onCompleted() {
                if (reply != null) {
                    result.complete(reply);
                }
            }
        });
    }
}
