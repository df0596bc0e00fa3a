package io.vecino.server;

import io.netty.channel.ChannelFuture;
import java.util.function.BiConsumer;
import org.slf4j.MDC;

/** The work for one request, on a worker thread: route, engine, answer. */
final class Exchange implements Runnable {
    private final Inbound inbound;
    private final Responder responder;
    private final Admission admission;
    private final long deadline;
    private final BiConsumer<ChannelFuture, Boolean> sent;

    /**
     * @param deadline {@link System#nanoTime} after which nobody waits for the answer
     * @param sent gets the future of the last write and whether the connection ends with it, if this is what answered
     */
    Exchange(
            Inbound inbound,
            Responder responder,
            Admission admission,
            long deadline,
            BiConsumer<ChannelFuture, Boolean> sent) {
        this.inbound = inbound;
        this.responder = responder;
        this.admission = admission;
        this.deadline = deadline;
        this.sent = sent;
    }

    @Override
    public void run() {
        try (MDC.MDCCloseable _ = MDC.putCloseable("request", inbound.requestId())) {
            Response response = answer();
            inbound.audit(response.status());
            inbound.release();
            if (responder.claim()) {
                boolean close = !inbound.keepAlive() || admission.draining();
                sent.accept(responder.send(response, close), close);
            }
        } finally {
            end();
        }
    }

    @SuppressWarnings("IllegalCatch")
    private Response answer() {
        try {
            return inbound.match().route().handler().apply(inbound.request(deadline));
        } catch (RuntimeException | Error e) {
            return ErrorResponse.of(e, inbound.requestId()).response();
        }
    }

    /** Gives back what the request held; instead of {@link #run} if that cannot be. */
    void end() {
        inbound.release();
        if (!inbound.match().route().probe()) {
            admission.endRequest(inbound.caller());
        }
    }
}
