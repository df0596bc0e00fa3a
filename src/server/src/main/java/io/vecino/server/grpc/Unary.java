package io.vecino.server.grpc;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.vecino.server.auth.Scope;
import java.io.InputStream;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A method with one request and one reply. */
final class Unary<Q, R> implements ServerCallHandler<InputStream, R> {
    private final MethodDescriptor<Q, R> method;
    private final Function<Q, R> work;

    private Unary(MethodDescriptor<Q, R> method, Function<Q, R> work) {
        this.method = method;
        this.work = work;
    }

    /** @param work may block; what it throws becomes the status */
    static <Q, R> Rpc<R> rpc(MethodDescriptor<Q, R> method, Scope scope, Function<Q, R> work) {
        return Rpc.of(method, scope, described -> new Unary<>(described, work));
    }

    @Override
    public ServerCall.Listener<InputStream> startCall(ServerCall<InputStream, R> call, Metadata headers) {
        // A second message would be one too many, and is only seen if it is asked for.
        call.request(2);
        return new Call(call, CallTrace.CURRENT.get());
    }

    private final class Call extends ServerCall.Listener<InputStream> {
        private final ServerCall<InputStream, R> call;
        private final CallTrace trace;
        private @Nullable Q request;
        private boolean ended;

        Call(ServerCall<InputStream, R> call, CallTrace trace) {
            this.call = call;
            this.trace = trace;
        }

        @Override
        public void onMessage(InputStream message) {
            if (ended) {
                return;
            }
            if (request != null) {
                end(Status.INVALID_ARGUMENT.withDescription("message: expected one, got more"), new Metadata());
                return;
            }
            try {
                request = Rpc.read(method, message);
            } catch (RuntimeException e) {
                fail(e);
            }
        }

        @Override
        @SuppressWarnings("IllegalCatch")
        public void onHalfClose() {
            Q read = request;
            if (ended) {
                return;
            }
            if (read == null) {
                end(Status.INVALID_ARGUMENT.withDescription("message: expected one, got none"), new Metadata());
                return;
            }
            request = null;
            try {
                R reply = work.apply(read);
                if (!call.isCancelled()) {
                    call.sendHeaders(new Metadata());
                    call.sendMessage(reply);
                    end(Status.OK, new Metadata());
                }
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        }

        private void fail(Throwable failure) {
            Statuses.Ending ending = Statuses.of(failure, trace);
            end(ending.status(), ending.trailers());
        }

        private void end(Status status, Metadata trailers) {
            ended = true;
            if (!call.isCancelled()) {
                call.close(status, trailers);
            }
        }
    }
}
