package io.vecino.server;

import io.vecino.Engine;
import io.vecino.EngineCollection;
import io.vecino.model.EngineException;
import io.vecino.model.ScoredPoint;
import io.vecino.model.SearchRequest;
import io.vecino.server.observe.Searches;
import io.vecino.server.observe.Searches.Searched;
import io.vecino.server.observe.Traces;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** Nearest neighbours, one query or many at a time. */
final class SearchRoutes {
    private static final long NANOS_PER_MICRO = 1_000;

    private final Engine engine;
    private final Searches searches;
    private final Executor batches;
    private final int parallelism;

    /**
     * @param searches runs every search
     * @param batches runs the searches of batches on platform threads: on virtual ones, which are not preempted, a few
     *     batches would keep every other request waiting
     * @param parallelism into how many parts a batch is cut
     */
    SearchRoutes(Engine engine, Searches searches, Executor batches, int parallelism) {
        this.engine = engine;
        this.searches = searches;
        this.batches = batches;
        this.parallelism = parallelism;
    }

    List<Route> routes() {
        return List.of(
                Route.read("POST", "/v1/collections/{c}:search", this::search),
                Route.read("POST", "/v1/collections/{c}:search-batch", this::searchBatch));
    }

    private Response search(Request request) {
        request.query().requireOnly("explain");
        boolean explain = request.query().flag("explain");
        EngineCollection collection = engine.collection(request.name("c"));
        SearchRequest search =
                SearchBody.read(request.json(), collection.config().dimension());
        request.requireVectors(search.withVector());
        Searched searched = searches.run(collection, search, request.deadline(), request.id());
        Traces.searched(request.span(), searched);
        return Response.ok(json -> {
            json.writeStartObject();
            json.writeName("result");
            JsonOutput.hits(json, searched.hits());
            json.writeNumberProperty("time_us", searched.nanos() / NANOS_PER_MICRO);
            if (explain) {
                json.writeName("explain");
                ExplainOutput.write(json, searched.trace());
            }
            json.writeEndObject();
        });
    }

    private Response searchBatch(Request request) {
        request.requireNoQuery();
        EngineCollection collection = engine.collection(request.name("c"));
        List<SearchRequest> batch =
                SearchBody.readBatch(request.json(), collection.config().dimension());
        request.requireVectors(batch.stream().anyMatch(SearchRequest::withVector));
        List<List<List<ScoredPoint>>> stripes = stripes(collection, batch, request);
        return Response.ok(json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("results");
            for (int i = 0; i < batch.size(); i++) {
                JsonOutput.hits(json, stripes.get(i % stripes.size()).get(i / stripes.size()));
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** Search i is entry {@code i / n} of stripe {@code i % n}, for n stripes. */
    private List<List<List<ScoredPoint>>> stripes(
            EngineCollection collection, List<SearchRequest> batch, Request request) {
        int count = Math.min(parallelism, batch.size());
        List<CompletableFuture<List<List<ScoredPoint>>>> running = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int first = i;
            running.add(CompletableFuture.supplyAsync(() -> stripe(collection, batch, first, count, request), batches));
        }
        try {
            return running.stream().map(CompletableFuture::join).toList();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private List<List<ScoredPoint>> stripe(
            EngineCollection collection, List<SearchRequest> batch, int first, int step, Request request) {
        List<List<ScoredPoint>> results = new ArrayList<>();
        for (int i = first; i < batch.size(); i += step) {
            if (System.nanoTime() - request.deadline() > 0) {
                throw new HttpFailure.Overloaded("the deadline passed after " + i + " searches of the batch");
            }
            try {
                results.add(searches.run(collection, batch.get(i), request.deadline(), request.id())
                        .hits());
            } catch (EngineException.InvalidArgument e) {
                throw new EngineException.InvalidArgument("searches[" + i + "]." + e.field(), e.expected(), e.got());
            }
        }
        return results;
    }
}
