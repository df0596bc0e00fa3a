package io.vecino.client;

import io.vecino.api.v1.CountRequest;
import io.vecino.api.v1.DeletePointsRequest;
import io.vecino.api.v1.Filter;
import io.vecino.api.v1.GetPointRequest;
import io.vecino.api.v1.Point;
import io.vecino.api.v1.PointId;
import io.vecino.api.v1.PointIds;
import io.vecino.api.v1.Query;
import io.vecino.api.v1.SearchBatchRequest;
import io.vecino.api.v1.SearchRequest;
import io.vecino.api.v1.UpsertRequest;
import java.util.List;

/** What is asked about the points of one collection. */
record Requests(String collection) {
    UpsertRequest upsert(List<Point> points) {
        return UpsertRequest.newBuilder()
                .setCollection(collection)
                .addAllPoints(points)
                .build();
    }

    /** Whether a second try of an upsert is the same as the first. */
    static boolean repeatable(List<Point> points) {
        return points.stream().noneMatch(Point::hasIfVersion);
    }

    DeletePointsRequest delete(List<PointId> ids) {
        return DeletePointsRequest.newBuilder()
                .setCollection(collection)
                .setIds(PointIds.newBuilder().addAllIds(ids))
                .build();
    }

    DeletePointsRequest delete(Filter filter) {
        return DeletePointsRequest.newBuilder()
                .setCollection(collection)
                .setFilter(filter)
                .build();
    }

    GetPointRequest get(PointId id, boolean withVector) {
        return GetPointRequest.newBuilder()
                .setCollection(collection)
                .setId(id)
                .setWithVector(withVector)
                .build();
    }

    CountRequest count() {
        return CountRequest.newBuilder().setCollection(collection).build();
    }

    CountRequest count(Filter filter) {
        return CountRequest.newBuilder()
                .setCollection(collection)
                .setFilter(filter)
                .build();
    }

    SearchRequest search(Query query) {
        return SearchRequest.newBuilder()
                .setCollection(collection)
                .setQuery(query)
                .build();
    }

    SearchBatchRequest search(List<Query> queries) {
        return SearchBatchRequest.newBuilder()
                .setCollection(collection)
                .addAllQueries(queries)
                .build();
    }
}
