package io.vecino.client;

import io.vecino.api.v1.ChangePayloadRequest;
import io.vecino.api.v1.CountReply;
import io.vecino.api.v1.Filter;
import io.vecino.api.v1.Point;
import io.vecino.api.v1.PointId;
import io.vecino.api.v1.PointsGrpc;
import io.vecino.api.v1.Query;
import io.vecino.api.v1.ScoredPoint;
import io.vecino.api.v1.SearchBatchReply;
import io.vecino.api.v1.SearchReply;
import io.vecino.api.v1.WriteReply;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Points of a collection, with calls that return at once. Futures fail with {@link VecinoException}; cancelling one ends its call.
 * Thread-safe.
 */
public final class AsyncCollection {
    private final Calls calls;
    private final Requests requests;

    AsyncCollection(Calls calls, String name) {
        this.calls = calls;
        this.requests = new Requests(name);
    }

    public String name() {
        return requests.collection();
    }

    /** As {@link RemoteCollection#upsert}. */
    public CompletableFuture<WriteReply> upsert(List<Point> points) {
        return calls.async(PointsGrpc.getUpsertMethod(), requests.upsert(points), Requests.repeatable(points));
    }

    public CompletableFuture<WriteReply> delete(List<PointId> ids) {
        return calls.async(PointsGrpc.getDeleteMethod(), requests.delete(ids), true);
    }

    public CompletableFuture<WriteReply> delete(Filter filter) {
        return calls.async(PointsGrpc.getDeleteMethod(), requests.delete(filter), true);
    }

    /** @param request its collection is set here */
    public CompletableFuture<WriteReply> changePayload(ChangePayloadRequest request) {
        ChangePayloadRequest named = request.toBuilder().setCollection(name()).build();
        return calls.async(PointsGrpc.getChangePayloadMethod(), named, true);
    }

    public CompletableFuture<Long> count() {
        return calls.async(PointsGrpc.getCountMethod(), requests.count(), true).thenApply(CountReply::getCount);
    }

    public CompletableFuture<Long> count(Filter filter) {
        return calls.async(PointsGrpc.getCountMethod(), requests.count(filter), true)
                .thenApply(CountReply::getCount);
    }

    /** As {@link RemoteCollection#search(Query)}. */
    public CompletableFuture<List<ScoredPoint>> search(Query query) {
        return calls.async(PointsGrpc.getSearchMethod(), requests.search(query), true)
                .thenApply(SearchReply::getPointsList);
    }

    /** As {@link RemoteCollection#search(List)}. */
    public CompletableFuture<List<List<ScoredPoint>>> search(List<Query> queries) {
        return calls.async(PointsGrpc.getSearchBatchMethod(), requests.search(queries), true)
                .thenApply(reply -> reply.getResultsList().stream()
                        .map(SearchBatchReply.Hits::getPointsList)
                        .toList());
    }
}
