package io.vecino.client;

import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.vecino.api.v1.ChangePayloadRequest;
import io.vecino.api.v1.ExportRequest;
import io.vecino.api.v1.Filter;
import io.vecino.api.v1.Point;
import io.vecino.api.v1.PointId;
import io.vecino.api.v1.PointsGrpc;
import io.vecino.api.v1.Query;
import io.vecino.api.v1.ScoredPoint;
import io.vecino.api.v1.ScrollPage;
import io.vecino.api.v1.ScrollRequest;
import io.vecino.api.v1.SearchBatchReply;
import io.vecino.api.v1.SearchReply;
import io.vecino.api.v1.StoredPoint;
import io.vecino.api.v1.WriteReply;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Points of a collection, with calls that block. Thread-safe. */
public final class RemoteCollection {
    private final Calls calls;
    private final Requests requests;

    RemoteCollection(Calls calls, String name) {
        this.calls = calls;
        this.requests = new Requests(name);
    }

    public String name() {
        return requests.collection();
    }

    /**
     * Stores points, all or nothing; durable when it returns.
     *
     * @param points 1 to 10,000 with distinct ids
     */
    public WriteReply upsert(List<Point> points) {
        return calls.blocking(PointsGrpc.getUpsertMethod(), requests.upsert(points), Requests.repeatable(points));
    }

    /** Stores many points in a stream, which the caller closes. */
    public BulkUpsert bulkUpsert() {
        return new BulkUpsert(calls.channel(), name());
    }

    public WriteReply delete(List<PointId> ids) {
        return calls.blocking(PointsGrpc.getDeleteMethod(), requests.delete(ids), true);
    }

    public WriteReply delete(Filter filter) {
        return calls.blocking(PointsGrpc.getDeleteMethod(), requests.delete(filter), true);
    }

    /** @param request its collection is set here */
    public WriteReply changePayload(ChangePayloadRequest request) {
        ChangePayloadRequest named = request.toBuilder().setCollection(name()).build();
        return calls.blocking(PointsGrpc.getChangePayloadMethod(), named, true);
    }

    /** One point; empty if it is not there. */
    public Optional<StoredPoint> get(PointId id, boolean withVector) {
        try {
            return Optional.of(calls.blocking(PointsGrpc.getGetMethod(), requests.get(id, withVector), true));
        } catch (VecinoException e) {
            if (e.code() == Status.Code.NOT_FOUND
                    && String.valueOf(e.getMessage()).startsWith("point ")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    public long count() {
        return calls.blocking(PointsGrpc.getCountMethod(), requests.count(), true)
                .getCount();
    }

    public long count(Filter filter) {
        return calls.blocking(PointsGrpc.getCountMethod(), requests.count(filter), true)
                .getCount();
    }

    /** The nearest points, best first. */
    public List<ScoredPoint> search(Query query) {
        return searchTimed(query).getPointsList();
    }

    /** The nearest points, and how long the server took to find them. */
    public SearchReply searchTimed(Query query) {
        return calls.blocking(PointsGrpc.getSearchMethod(), requests.search(query), true);
    }

    /** The nearest points of each query, all as of the same write. */
    public List<List<ScoredPoint>> search(List<Query> queries) {
        return calls
                .blocking(PointsGrpc.getSearchBatchMethod(), requests.search(queries), true)
                .getResultsList()
                .stream()
                .map(SearchBatchReply.Hits::getPointsList)
                .toList();
    }

    /**
     * Points in the order of their ids, a page at a time, read from the network as the iterator is.
     *
     * @param request its collection is set here
     */
    public Iterator<ScrollPage> scroll(ScrollRequest request) {
        ScrollRequest named = request.toBuilder().setCollection(name()).build();
        return new Pages(ClientCalls.blockingServerStreamingCall(
                calls.channel(), PointsGrpc.getScrollMethod(), CallOptions.DEFAULT, named));
    }

    /** All points with their vectors, as {@link #scroll}. */
    public Iterator<ScrollPage> export() {
        ExportRequest request = ExportRequest.newBuilder().setCollection(name()).build();
        return new Pages(ClientCalls.blockingServerStreamingCall(
                calls.channel(), PointsGrpc.getExportMethod(), CallOptions.DEFAULT, request));
    }

    private record Pages(Iterator<ScrollPage> pages) implements Iterator<ScrollPage> {
        @Override
        public boolean hasNext() {
            try {
                return pages.hasNext();
            } catch (io.grpc.StatusRuntimeException e) {
                throw VecinoException.of(e);
            }
        }

        @Override
        public ScrollPage next() {
            try {
                return pages.next();
            } catch (io.grpc.StatusRuntimeException e) {
                throw VecinoException.of(e);
            }
        }
    }
}
