package io.vecino.server.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.vecino.server.auth.ApiKeys;
import io.vecino.server.auth.AuditLog;
import io.vecino.server.auth.Caller;
import io.vecino.server.auth.Scope;
import io.vecino.server.observe.Metrics;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.Optional;

/** What every call passes before a byte of its message is taken: who makes it, whether they may, whether there is room. */
final class CallGuard implements ServerInterceptor {
    static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    static final Metadata.Key<String> API_KEY = Metadata.Key.of("x-api-key", Metadata.ASCII_STRING_MARSHALLER);
    static final String HEALTH = "grpc.health.v1.Health";

    private final OpenCalls calls;
    private final ApiKeys keys;
    private final AuditLog audit;
    private final Metrics metrics;
    private final Map<String, Scope> scopes;

    /** @param scopes by full name of the method; others need {@link Scope#READ} */
    CallGuard(OpenCalls calls, ApiKeys keys, AuditLog audit, Metrics metrics, Map<String, Scope> scopes) {
        this.calls = calls;
        this.keys = keys;
        this.audit = audit;
        this.metrics = metrics;
        this.scopes = scopes;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> transport, Metadata headers, ServerCallHandler<Q, R> next) {
        if (HEALTH.equals(transport.getMethodDescriptor().getServiceName())) {
            return next.startCall(transport, headers);
        }
        CallTrace trace = CallTrace.CURRENT.get();
        Scope needed = scopes.getOrDefault(transport.getMethodDescriptor().getFullMethodName(), Scope.READ);
        ServerCall<Q, R> call = new Watched<>(transport, trace, needed);
        Optional<Caller> known = keys.caller(headers.get(AUTHORIZATION), headers.get(API_KEY));
        if (known.isEmpty()) {
            audit.unauthenticated(trace.requestId(), remote(call));
            return refuse(call, Statuses.unauthenticated());
        }
        trace.caller(known.get());
        Optional<String> refusal = known.get().refusal(needed, null);
        if (refusal.isPresent()) {
            return refuse(call, Statuses.forbidden(refusal.get()));
        }
        if (!calls.begin(trace)) {
            return refuse(call, Statuses.busy("too many requests are being worked on"));
        }
        return next.startCall(call, headers);
    }

    /** Counts how a call ended; writes down an administrative one, and one that the key does not reach. */
    private final class Watched<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private final CallTrace trace;
        private final Scope needed;
        private final long start = System.nanoTime();

        Watched(ServerCall<Q, R> call, CallTrace trace, Scope needed) {
            super(call);
            this.trace = trace;
            this.needed = needed;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            metrics.answered(
                    GrpcServer.PROTOCOL,
                    getMethodDescriptor().getFullMethodName(),
                    status.getCode().name(),
                    System.nanoTime() - start);
            if (status.getCode() == Status.Code.PERMISSION_DENIED) {
                audit.forbidden(trace.caller(), audited(this, trace));
            } else if (needed == Scope.ADMIN && status.getCode() != Status.Code.UNAUTHENTICATED) {
                audit.done(
                        trace.caller(), audited(this, trace), status.getCode().name());
            }
            super.close(status, trailers);
        }
    }

    private static <Q> ServerCall.Listener<Q> refuse(ServerCall<Q, ?> call, Statuses.Ending ending) {
        call.close(ending.status(), ending.trailers());
        return new ServerCall.Listener<>() {};
    }

    private static AuditLog.Call audited(ServerCall<?, ?> call, CallTrace trace) {
        return new AuditLog.Call(
                call.getMethodDescriptor().getFullMethodName(), trace.subject(), trace.requestId(), remote(call));
    }

    private static String remote(ServerCall<?, ?> call) {
        SocketAddress address = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        return address instanceof InetSocketAddress internet
                ? internet.getAddress().getHostAddress()
                : String.valueOf(address);
    }
}
