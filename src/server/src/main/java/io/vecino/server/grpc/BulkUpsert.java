package io.vecino.server.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.vecino.EngineCollection;
import io.vecino.api.v1.BulkUpsertReply;
import io.vecino.api.v1.PointsGrpc;
import io.vecino.api.v1.UpsertRequest;
import io.vecino.model.EngineException;
import io.vecino.model.WriteResult;
import io.vecino.server.auth.Scope;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Upserts in a stream. One message is being stored and the next one received; more is not taken from the network until then, nor
 * while the client leaves acknowledgements unread.
 */
final class BulkUpsert implements ServerCallHandler<InputStream, BulkUpsertReply> {
    private static final int AHEAD = 2;

    private final Reachable engine;

    private BulkUpsert(Reachable engine) {
        this.engine = engine;
    }

    static Rpc<BulkUpsertReply> rpc(Reachable engine) {
        return Rpc.of(PointsGrpc.getBulkUpsertMethod(), Scope.WRITE, _ -> new BulkUpsert(engine));
    }

    @Override
    public ServerCall.Listener<InputStream> startCall(ServerCall<InputStream, BulkUpsertReply> call, Metadata headers) {
        call.sendHeaders(new Metadata());
        call.request(AHEAD);
        return new Call(call, CallTrace.CURRENT.get());
    }

    private final class Call extends ServerCall.Listener<InputStream> {
        private final ServerCall<InputStream, BulkUpsertReply> call;
        private final CallTrace trace;
        private @Nullable EngineCollection collection;
        private long messages;
        private long points;
        private int owed;
        private boolean ended;

        Call(ServerCall<InputStream, BulkUpsertReply> call, CallTrace trace) {
            this.call = call;
            this.trace = trace;
        }

        @Override
        @SuppressWarnings("IllegalCatch")
        public void onMessage(InputStream bytes) {
            if (ended) {
                return;
            }
            try {
                UpsertRequest message = Rpc.read(PointsGrpc.getBulkUpsertMethod(), bytes);
                WriteResult result = collection(message).upsert(Incoming.points(message.getPointsList()));
                acknowledge(message, result);
            } catch (RuntimeException | Error e) {
                Statuses.Ending ending = Statuses.of(e, trace);
                end(ending.status(), ending.trailers());
            }
        }

        private EngineCollection collection(UpsertRequest message) {
            EngineCollection known = collection;
            if (known == null) {
                known = engine.collection(message.getCollection());
                collection = known;
            } else if (!message.getCollection().isEmpty()
                    && !message.getCollection().equals(known.name())) {
                throw new EngineException.InvalidArgument(
                        "collection", known.name() + " as in the first message", message.getCollection());
            }
            return known;
        }

        private void acknowledge(UpsertRequest message, WriteResult result) {
            messages++;
            points += message.getPointsCount();
            trace.releaseMessages();
            trace.advance();
            if (call.isCancelled()) {
                ended = true;
                return;
            }
            call.sendMessage(BulkUpsertReply.newBuilder()
                    .setMessages(messages)
                    .setPoints(points)
                    .setVersion(result.version())
                    .build());
            owed++;
            askForMore();
        }

        private void askForMore() {
            if (owed > 0 && call.isReady()) {
                call.request(owed);
                owed = 0;
            }
        }

        @Override
        public void onReady() {
            if (!ended) {
                askForMore();
            }
        }

        @Override
        public void onHalfClose() {
            end(Status.OK, new Metadata());
        }

        @Override
        public void onCancel() {
            ended = true;
        }

        private void end(Status status, Metadata trailers) {
            if (!ended && !call.isCancelled()) {
                call.close(status, trailers);
            }
            ended = true;
        }
    }
}
