package io.vecino.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.opentelemetry.api.trace.Span;
import io.vecino.model.EngineException;
import io.vecino.server.auth.AuditLog;
import io.vecino.server.auth.Caller;
import io.vecino.server.auth.Scope;
import io.vecino.server.observe.Traces;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request while it arrives. Owned by one thread at a time: the event loop, then the worker, which {@link #release}s it.
 */
final class Inbound {
    private static final Logger ACCESS = LoggerFactory.getLogger("io.vecino.access");
    private static final String PROTOCOL = "http";

    /** Status of a request whose caller did not wait for the answer, as other servers write it down. */
    static final int ABANDONED = 499;

    private static final String SAFE_ID = "[A-Za-z0-9._-]{1,64}";
    private static final int FIRST = 4 << 10;
    private static final int MAX_FIRST = 1 << 20;

    private final Edge edge;
    private final Admission admission;
    private final int limit;
    private final SocketAddress remote;
    private final Request.Headers headers;
    private final String requestId;
    private final Preferences preferences;
    private final boolean keepAlive;
    private final long declared;
    private final boolean expectsContinue;
    private final long start = System.nanoTime();
    private final AtomicBoolean answered = new AtomicBoolean();
    private Span span = Span.getInvalid();
    private Caller caller = Caller.ANYONE;
    private ContentCoding coding = ContentCoding.IDENTITY;
    private @Nullable Response early;
    private Router.@Nullable Match match;
    private @Nullable RuntimeException refusal;
    private @Nullable ByteBuf body;
    private int received;
    private int held;

    private Inbound(HttpRequest head, Edge edge, SocketAddress remote) {
        this.edge = edge;
        this.admission = edge.admission();
        this.limit = edge.config().maxBodyBytes();
        this.remote = remote;
        HttpHeaders sent = head.headers();
        this.headers = sent::get;
        this.preferences = new Preferences(
                head.protocolVersion(),
                ContentCoding.accepted(sent.get(HttpHeaderNames.ACCEPT_ENCODING)),
                sent.get(HttpHeaderNames.IF_NONE_MATCH),
                edge.guard().reader(sent));
        this.keepAlive = head.protocolVersion().isKeepAliveDefault() && HttpUtil.isKeepAlive(head);
        this.declared = declared(head);
        this.expectsContinue = HttpUtil.is100ContinueExpected(head);
        String given = head.headers().get("X-Request-Id");
        this.requestId = given != null && given.matches(SAFE_ID)
                ? given
                : Long.toHexString(ThreadLocalRandom.current().nextLong());
    }

    /** Bytes the head announces: 0 if it is silent, negative if it cannot be read. */
    private static long declared(HttpRequest head) {
        try {
            return HttpUtil.getContentLength(head, 0L);
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    /**
     * Reads the head. What only concerns the route is kept as a refusal, so that the connection can go on after the body;
     * what ends the connection is found by {@link #fatal}.
     */
    static Inbound of(HttpRequest head, Edge edge, SocketAddress remote) {
        Inbound inbound = new Inbound(head, edge, remote);
        if (head.decoderResult().isSuccess()) {
            try {
                edge.guard().check(head.headers());
                inbound.early = edge.guard().preflight(head).orElse(null);
                if (inbound.early == null) {
                    inbound.coding = ContentCoding.of(head.headers().get(HttpHeaderNames.CONTENT_ENCODING));
                    inbound.route(head);
                }
            } catch (HttpFailure | EngineException e) {
                inbound.refusal = e;
            }
        }
        inbound.span = edge.traces().begin(PROTOCOL, inbound.operation(), head.headers()::get);
        return inbound;
    }

    /** Who calls is settled first; what they ask for is looked at after that. */
    private void route(HttpRequest head) {
        String method = head.method().name();
        if (edge.router().isOpen(method, head.uri())) {
            match = edge.router().find(method, head.uri());
            return;
        }
        Optional<Caller> known = edge.config()
                .keys()
                .caller(
                        head.headers().get(HttpHeaderNames.AUTHORIZATION),
                        head.headers().get("X-Api-Key"));
        if (known.isEmpty()) {
            edge.audit().unauthenticated(requestId, remote());
            throw new HttpFailure.Unauthenticated();
        }
        caller = known.get();
        Router.Match found = edge.router().find(method, head.uri());
        Scope scope = found.route().scope();
        String collection = found.names().get(Route.COLLECTION);
        if (scope != null) {
            caller.refusal(scope, collection).ifPresent(reason -> {
                edge.audit().forbidden(caller, call(found));
                throw new HttpFailure.Forbidden(reason);
            });
        }
        match = found;
    }

    private AuditLog.Call call(Router.Match found) {
        String subject =
                found.names().isEmpty() ? "-" : String.join("/", found.names().values());
        return new AuditLog.Call(found.route().operation(), subject, requestId, remote());
    }

    private String remote() {
        return remote instanceof InetSocketAddress address
                ? address.getAddress().getHostAddress()
                : String.valueOf(remote);
    }

    private String operation() {
        return match == null ? "none" : match.route().operation();
    }

    /** Counts the request and writes it down, under the first status that is given. */
    void answered(int status) {
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        long nanos = System.nanoTime() - start;
        edge.metrics().answered(PROTOCOL, operation(), String.valueOf(status), nanos);
        Traces.end(span, status);
        ACCESS.atInfo()
                .addKeyValue("request", requestId)
                .addKeyValue("remote", remote())
                .addKeyValue("key", caller.name())
                .addKeyValue("operation", operation())
                .addKeyValue("status", status)
                .addKeyValue("body_bytes", received)
                .addKeyValue("us", TimeUnit.NANOSECONDS.toMicros(nanos))
                .log("answered");
    }

    /** Writes the call down if it is an administrative one. */
    void audit(int status) {
        if (match != null && match.route().scope() == Scope.ADMIN) {
            edge.audit().done(caller, call(match), String.valueOf(status));
        }
    }

    /** Why the connection cannot go on after this head; null if it can. */
    @Nullable
    RuntimeException fatal(HttpRequest head) {
        Throwable cause = head.decoderResult().cause();
        if (cause != null) {
            return HttpPipeline.failure(cause);
        }
        if (announcesBody(head)
                && (refusal instanceof HttpFailure.Unauthenticated || refusal instanceof HttpFailure.Forbidden)) {
            return refusal;
        }
        if (declared < 0) {
            return new HttpFailure.Malformed("Content-Length: expected a number of bytes");
        }
        if (declared > limit) {
            return new HttpFailure.BodyTooLarge(limit);
        }
        String expect = head.headers().get(HttpHeaderNames.EXPECT);
        if (expect != null && !expectsContinue) {
            return new HttpFailure.ExpectationFailed(expect);
        }
        return expectsContinue ? refusal : null;
    }

    private boolean announcesBody(HttpRequest head) {
        return declared != 0 || HttpUtil.isTransferEncodingChunked(head);
    }

    Caller caller() {
        return caller;
    }

    String requestId() {
        return requestId;
    }

    Preferences preferences() {
        return preferences;
    }

    /** The answer that needs no route; null if a route answers. */
    @Nullable
    Response early() {
        return early;
    }

    boolean keepAlive() {
        return keepAlive;
    }

    boolean expectsContinue() {
        return expectsContinue;
    }

    /** Why the request is not handed to a worker; null if it is. */
    @Nullable
    RuntimeException refusal() {
        return refusal;
    }

    /** The route; only without a refusal. */
    Router.Match match() {
        if (match == null) {
            throw new IllegalStateException("the request was refused");
        }
        return match;
    }

    /**
     * Takes a part of the body. It is copied: a client that sends one byte at a time does not pin a receive buffer each.
     *
     * @throws HttpFailure.BodyTooLarge beyond the limit
     * @throws HttpFailure.Overloaded if all requests together hold too much
     */
    void append(ByteBuf part, ByteBufAllocator allocator) {
        int bytes = part.readableBytes();
        if (bytes > limit - received) {
            throw new HttpFailure.BodyTooLarge(limit);
        }
        received += bytes;
        if (refusal != null || bytes == 0) {
            return;
        }
        hold(bytes);
        if (body == null) {
            int first = (int) Math.min(Math.max(declared, FIRST), Math.min(MAX_FIRST, limit));
            body = allocator.heapBuffer(Math.max(first, bytes), limit);
        }
        body.writeBytes(part);
    }

    private void hold(int bytes) {
        if (!admission.hold(bytes)) {
            throw new HttpFailure.Overloaded("too many request bodies are being received");
        }
        held += bytes;
    }

    /** The complete request; its body is valid until {@link #release}. */
    Request request(long deadline) {
        Request.Body bytes = body == null
                ? new Request.Body(new byte[0], 0, 0)
                : new Request.Body(body.array(), body.arrayOffset() + body.readerIndex(), body.readableBytes());
        Request.Body content = coding.decode(bytes, limit, this::hold);
        return new Request(requestId, caller, span, match().names(), match().query(), headers, content, deadline);
    }

    /** Gives the body back; further calls do nothing. */
    void release() {
        if (body != null) {
            body.release();
            body = null;
        }
        admission.release(held);
        held = 0;
    }
}
