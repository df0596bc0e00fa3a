package io.vecino.server.auth;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who did what that needs the admin scope, and who was refused, under the logger {@code io.vecino.audit}. No keys, no bodies.
 * Callers without a key are written down once a second at most, so that they cannot fill a disk.
 */
public final class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.vecino.audit");
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong next = new AtomicLong(System.nanoTime());
    private final AtomicLong unwritten = new AtomicLong();

    /**
     * What is written down of one call.
     *
     * @param operation method and route, such as {@code DELETE /v1/collections/{c}}
     * @param subject what it is about, such as the collection's name; a hyphen if nothing
     * @param requestId as returned to the caller
     * @param remote the caller's address
     */
    public record Call(String operation, String subject, String requestId, String remote) {
        public Call {
            subject = subject.replaceAll("[^A-Za-z0-9_.,/-]", "?");
        }
    }

    /** @param outcome status of the answer */
    public void done(Caller caller, Call call, String outcome) {
        LOG.info(
                "key={} operation=\"{}\" subject={} request={} remote={} outcome={}",
                caller.name(),
                call.operation,
                call.subject,
                call.requestId,
                call.remote,
                outcome);
    }

    /** Someone whose key does not reach so far. */
    public void forbidden(Caller caller, Call call) {
        LOG.warn(
                "forbidden key={} operation=\"{}\" subject={} request={} remote={}",
                caller.name(),
                call.operation,
                call.subject,
                call.requestId,
                call.remote);
    }

    /** Someone without a key of ours. */
    public void unauthenticated(String requestId, String remote) {
        long now = System.nanoTime();
        long due = next.get();
        if (now - due < 0 || !next.compareAndSet(due, now + INTERVAL_NANOS)) {
            unwritten.incrementAndGet();
            return;
        }
        LOG.warn("unauthenticated request={} remote={} unwritten={}", requestId, remote, unwritten.getAndSet(0));
    }
}
