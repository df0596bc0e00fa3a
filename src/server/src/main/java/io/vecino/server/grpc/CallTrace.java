package io.vecino.server.grpc;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.vecino.server.auth.Caller;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One call from its headers to its end: what it holds, and when it must have come further. Called by the transport, by the
 * thread that serves it, and by the one that looks for stalled calls.
 */
final class CallTrace extends ServerStreamTracer {
    /** Of the call that a thread serves. */
    static final Context.Key<CallTrace> CURRENT = Context.key("vecino-call");

    private static final Metadata.Key<String> REQUEST_ID =
            Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);
    private static final String SAFE_ID = "[A-Za-z0-9._-]{1,64}";

    private final OpenCalls calls;
    private final String requestId;
    private final boolean streaming;
    private final AtomicLong held = new AtomicLong();
    private final AtomicReference<@Nullable Runnable> atEnd = new AtomicReference<>();
    private volatile Caller caller = Caller.ANYONE;
    private volatile String subject = "-";
    private volatile long progress = System.nanoTime();
    private volatile boolean ended;
    private Context.CancellableContext context = Context.ROOT.withCancellation();

    /** @param streaming whether it may take as long as it makes progress */
    CallTrace(OpenCalls calls, Metadata headers, boolean streaming) {
        this.calls = calls;
        this.streaming = streaming;
        String given = headers.get(REQUEST_ID);
        this.requestId = given != null && given.matches(SAFE_ID)
                ? given
                : Long.toHexString(ThreadLocalRandom.current().nextLong());
    }

    Caller caller() {
        return caller;
    }

    /** Who makes the call, once that is known. */
    void caller(Caller known) {
        caller = known;
    }

    /** What the call is about: a collection; a hyphen until that is known. */
    String subject() {
        return subject;
    }

    void subject(String collection) {
        subject = collection;
    }

    String requestId() {
        return requestId;
    }

    @Override
    public Context filterContext(Context parent) {
        context = parent.withValue(CURRENT, this).withCancellation();
        return context;
    }

    /** {@link System#nanoTime} after which nobody waits for this call's answer, by the caller's word or by ours. */
    long deadline() {
        long ours = progress + calls.patienceNanos();
        Deadline theirs = Context.current().getDeadline();
        if (theirs == null) {
            return ours;
        }
        long until = System.nanoTime() + theirs.timeRemaining(TimeUnit.NANOSECONDS);
        return until - ours < 0 ? until : ours;
    }

    /** Whether nobody waits any more. */
    boolean late() {
        return deadline() - System.nanoTime() <= 0;
    }

    /** Says that the call has come further. */
    void advance() {
        progress = System.nanoTime();
    }

    /** Ends the call if it has been where it is for too long. */
    void endIfStalled(long now, long patienceNanos) {
        if (now - progress > patienceNanos) {
            String message = "nothing happened for " + TimeUnit.NANOSECONDS.toMillis(patienceNanos) + " ms";
            boolean _ = context.cancel(new TimeoutException(message));
        }
    }

    /** Runs when the call ends, or now if it has. */
    void atEnd(Runnable action) {
        atEnd.set(action);
        if (ended) {
            runAtEnd();
        }
    }

    private void runAtEnd() {
        Runnable action = atEnd.getAndSet(null);
        if (action != null) {
            action.run();
        }
    }

    /** Gives back what the messages taken so far hold. */
    void releaseMessages() {
        calls.release(held.getAndSet(0));
    }

    @Override
    public void inboundWireSize(long bytes) {
        if (!calls.hold(bytes)) {
            throw Status.RESOURCE_EXHAUSTED
                    .withDescription("too many messages are being received")
                    .asRuntimeException();
        }
        held.addAndGet(bytes);
        if (streaming) {
            advance();
        }
    }

    @Override
    public void outboundWireSize(long bytes) {
        if (streaming) {
            advance();
        }
    }

    @Override
    public void streamClosed(Status status) {
        ended = true;
        calls.ended(this);
        releaseMessages();
        runAtEnd();
        boolean _ = context.cancel(null);
    }
}
