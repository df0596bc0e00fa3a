package io.vecino.server.grpc;

import io.vecino.EngineCollection;
import io.vecino.api.v1.SearchBatchReply;
import io.vecino.api.v1.SearchBatchRequest;
import io.vecino.api.v1.SearchReply;
import io.vecino.api.v1.SearchRequest;
import io.vecino.model.EngineException;
import io.vecino.server.observe.Searches;
import io.vecino.server.observe.Searches.Searched;
import io.vecino.server.work.SearchBounds;
import io.vecino.server.work.SearchQueue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Nearest neighbours, one query or many at a time. */
final class SearchMethods {
    private static final long NANOS_PER_MICRO = 1_000;

    private final Reachable engine;
    private final SearchQueue<Searched> queue;
    private final Searches searches;

    /** @param queue where searches wait for a core */
    SearchMethods(Reachable engine, Searches searches, SearchQueue<Searched> queue) {
        this.engine = engine;
        this.searches = searches;
        this.queue = queue;
    }

    SearchReply search(SearchRequest request) {
        EngineCollection collection = engine.collection(request.getCollection());
        io.vecino.model.SearchRequest search = IncomingQuery.read("", request.getQuery());
        engine.requireVectors(search.withVector(), collection.name());
        SearchBounds.require(List.of(search), collection.config().dimension(), "k");
        CallTrace call = CallTrace.CURRENT.get();
        Searched searched = queue.search(collection, search, call.deadline(), call.requestId());
        SearchReply.Builder reply = SearchReply.newBuilder().setTimeUs(searched.nanos() / NANOS_PER_MICRO);
        searched.hits().forEach(hit -> reply.addPoints(Outgoing.scored(hit)));
        return reply.build();
    }

    SearchBatchReply searchBatch(SearchBatchRequest request) {
        EngineCollection collection = engine.collection(request.getCollection());
        int count = request.getQueriesCount();
        if (count < 1 || count > SearchBounds.MAX_BATCH) {
            throw new EngineException.InvalidArgument(
                    "queries", "1 to " + SearchBounds.MAX_BATCH + " entries", count + " entries");
        }
        List<io.vecino.model.SearchRequest> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            all.add(IncomingQuery.read("queries[" + i + "].", request.getQueries(i)));
        }
        engine.requireVectors(all.stream().anyMatch(io.vecino.model.SearchRequest::withVector), collection.name());
        SearchBounds.require(all, collection.config().dimension(), "queries");
        SearchBatchReply.Builder reply = SearchBatchReply.newBuilder();
        CallTrace call = CallTrace.CURRENT.get();
        List<String> ids = Collections.nCopies(count, call.requestId());
        for (Searched searched : searches.run(collection, all, ids, call.deadline())) {
            SearchBatchReply.Hits.Builder to = reply.addResultsBuilder();
            searched.hits().forEach(hit -> to.addPoints(Outgoing.scored(hit)));
        }
        return reply.build();
    }
}
