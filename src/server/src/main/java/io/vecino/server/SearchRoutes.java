package io.vecino.server;

import io.vecino.Engine;
import io.vecino.EngineCollection;
import io.vecino.model.EngineException;
import io.vecino.model.ScoredPoint;
import io.vecino.model.SearchDeadline;
import io.vecino.model.SearchRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** Nearest neighbours, one query or many at a time. */
final class SearchRoutes {
    private static final long NANOS_PER_MICRO = 1_000;

    private final Engine engine;
    private final Executor batches;
    private final int parallelism;

    /**
     * @param batches runs the searches of batches on platform threads: on virtual ones, which are not preempted, a few
     *     batches would keep every other request waiting
     * @param parallelism into how many parts a batch is cut
     */
    SearchRoutes(Engine engine, Executor batches, int parallelism) {
        this.engine = engine;
        this.batches = batches;
        this.parallelism = parallelism;
    }

    List<Route> routes() {
        return List.of(
                Route.read("POST", "/v1/collections/{c}:search", this::search),
                Route.read("POST", "/v1/collections/{c}:search-batch", this::searchBatch));
    }

    private Response search(Request request) {
        request.requireNoQuery();
        EngineCollection collection = engine.collection(request.name("c"));
        SearchRequest search =
                SearchBody.read(request.json(), collection.config().dimension());
        request.requireVectors(search.withVector());
        long start = System.nanoTime();
        List<ScoredPoint> hits = SearchDeadline.within(request.deadline(), () -> collection.search(search));
        long micros = (System.nanoTime() - start) / NANOS_PER_MICRO;
        return Response.ok(json -> {
            json.writeStartObject();
            json.writeName("result");
            JsonOutput.hits(json, hits);
            json.writeNumberProperty("time_us", micros);
            json.writeEndObject();
        });
    }

    private Response searchBatch(Request request) {
        request.requireNoQuery();
        EngineCollection collection = engine.collection(request.name("c"));
        List<SearchRequest> searches =
                SearchBody.readBatch(request.json(), collection.config().dimension());
        request.requireVectors(searches.stream().anyMatch(SearchRequest::withVector));
        List<List<List<ScoredPoint>>> stripes = stripes(collection, searches, request.deadline());
        return Response.ok(json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("results");
            for (int i = 0; i < searches.size(); i++) {
                JsonOutput.hits(json, stripes.get(i % stripes.size()).get(i / stripes.size()));
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** Search i is entry {@code i / n} of stripe {@code i % n}, for n stripes. */
    private List<List<List<ScoredPoint>>> stripes(
            EngineCollection collection, List<SearchRequest> searches, long deadline) {
        int count = Math.min(parallelism, searches.size());
        List<CompletableFuture<List<List<ScoredPoint>>>> running = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int first = i;
            running.add(
                    CompletableFuture.supplyAsync(() -> stripe(collection, searches, first, count, deadline), batches));
        }
        try {
            return running.stream().map(CompletableFuture::join).toList();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static List<List<ScoredPoint>> stripe(
            EngineCollection collection, List<SearchRequest> searches, int first, int step, long deadline) {
        List<List<ScoredPoint>> results = new ArrayList<>();
        for (int i = first; i < searches.size(); i += step) {
            if (System.nanoTime() - deadline > 0) {
                throw new HttpFailure.Overloaded("the deadline passed after " + i + " searches of the batch");
            }
            try {
                SearchRequest search = searches.get(i);
                results.add(SearchDeadline.within(deadline, () -> collection.search(search)));
            } catch (EngineException.InvalidArgument e) {
                throw new EngineException.InvalidArgument("searches[" + i + "]." + e.field(), e.expected(), e.got());
            }
        }
        return results;
    }
}
