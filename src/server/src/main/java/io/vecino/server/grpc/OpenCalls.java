package io.vecino.server.grpc;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What a server's calls hold together, and the watch over those that get no further. Thread-safe. */
final class OpenCalls extends ServerStreamTracer.Factory implements AutoCloseable {
    private static final long LONGEST_SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int SWEEPS_PER_PATIENCE = 4;

    private final Set<String> streaming;
    private final long patienceNanos;
    private final long grace;
    private final long maxBytes;
    private final int maxCalls;
    private final Semaphore slots;
    private final AtomicLong bytes = new AtomicLong();
    private final Set<CallTrace> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("vecino-grpc-sweep").factory());

    /** @param streaming full names of the methods whose calls last as long as they make progress */
    OpenCalls(GrpcSettings settings, Set<String> streaming) {
        this.streaming = streaming;
        this.patienceNanos = settings.deadline().toNanos();
        this.maxBytes = settings.messageBytes();
        this.maxCalls = settings.calls();
        this.slots = new Semaphore(maxCalls);
        long every = Math.min(LONGEST_SWEEP_NANOS, patienceNanos / SWEEPS_PER_PATIENCE);
        // A search gives up by itself, with a better answer, if it is let.
        this.grace = Math.max(every, Duration.ofMillis(1).toNanos());
        var _ = sweeper.scheduleWithFixedDelay(this::sweep, every, every, TimeUnit.NANOSECONDS);
    }

    private void sweep() {
        long now = System.nanoTime();
        open.forEach(call -> call.endIfStalled(now, patienceNanos + grace));
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        CallTrace call = new CallTrace(this, headers, streaming.contains(method));
        // Whoever watches the health of the server waits for nothing to happen.
        if (!method.startsWith(CallGuard.HEALTH)) {
            open.add(call);
        }
        return call;
    }

    void ended(CallTrace call) {
        open.remove(call);
    }

    long patienceNanos() {
        return patienceNanos;
    }

    /** Takes a call on until it ends. */
    boolean begin(CallTrace call) {
        if (!slots.tryAcquire()) {
            return false;
        }
        call.atEnd(slots::release);
        return true;
    }

    /** Takes bytes of messages on, to be given back with {@link #release}. */
    boolean hold(long more) {
        if (bytes.addAndGet(more) > maxBytes) {
            bytes.addAndGet(-more);
            return false;
        }
        return true;
    }

    void release(long fewer) {
        bytes.addAndGet(-fewer);
    }

    /** Bytes of messages held at this moment. */
    long heldBytes() {
        return bytes.get();
    }

    /** Calls being served at this moment. */
    int running() {
        return maxCalls - slots.availablePermits();
    }

    /** Calls whose headers have come and that have not ended. */
    int opened() {
        return open.size();
    }

    @Override
    public void close() {
        sweeper.shutdownNow();
    }
}
