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

/** A method with one request and many replies, each made when the client has read enough of those before. */
final class Pages<Q, R> implements ServerCallHandler<InputStream, R> {
    private final MethodDescriptor<Q, R> method;
    private final Function<Q, Source<R>> open;

    private Pages(MethodDescriptor<Q, R> method, Function<Q, Source<R>> open) {
        this.method = method;
        this.open = open;
    }

    /** Where pages come from. */
    @FunctionalInterface
    interface Source<R> {
        /** The next page; null after the last one. */
        @Nullable
        R next();
    }

    static <Q, R> Rpc<R> rpc(MethodDescriptor<Q, R> method, Scope scope, Function<Q, Source<R>> open) {
        return Rpc.of(method, scope, described -> new Pages<>(described, open));
    }

    @Override
    public ServerCall.Listener<InputStream> startCall(ServerCall<InputStream, R> call, Metadata headers) {
        call.request(2);
        return new Call(call, CallTrace.CURRENT.get());
    }

    private final class Call extends ServerCall.Listener<InputStream> {
        private final ServerCall<InputStream, R> call;
        private final CallTrace trace;
        private @Nullable Q request;
        private @Nullable Source<R> source;
        private boolean ended;

        Call(ServerCall<InputStream, R> call, CallTrace trace) {
            this.call = call;
            this.trace = trace;
        }

        @Override
        public void onMessage(InputStream message) {
            try {
                if (request != null) {
                    throw Status.INVALID_ARGUMENT
                            .withDescription("message: expected one, got more")
                            .asRuntimeException();
                }
                request = Rpc.read(method, message);
            } catch (RuntimeException e) {
                fail(e);
            }
        }

        @Override
        public void onHalfClose() {
            if (ended) {
                return;
            }
            try {
                if (request == null) {
                    throw Status.INVALID_ARGUMENT
                            .withDescription("message: expected one, got none")
                            .asRuntimeException();
                }
                source = open.apply(request);
                call.sendHeaders(new Metadata());
            } catch (RuntimeException e) {
                fail(e);
            }
            send();
        }

        @Override
        public void onReady() {
            send();
        }

        @SuppressWarnings("IllegalCatch")
        private void send() {
            try {
                while (source != null && !ended && call.isReady()) {
                    R page = source.next();
                    if (call.isCancelled()) {
                        ended = true;
                    } else if (page == null) {
                        end(Status.OK, new Metadata());
                    } else {
                        call.sendMessage(page);
                    }
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
            if (!ended && !call.isCancelled()) {
                call.close(status, trailers);
            }
            ended = true;
        }

        @Override
        public void onCancel() {
            ended = true;
        }
    }
}
