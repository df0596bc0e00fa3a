package io.vecino.server.observe;

import io.vecino.EngineCollection;
import io.vecino.model.ScoredPoint;
import io.vecino.model.SearchDeadline;
import io.vecino.model.SearchRequest;
import io.vecino.model.SearchTrace;
import io.vecino.model.SearchTrace.Stage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Searches on behalf of callers: ended at their deadline, counted, and if they are slow written down under the logger
 * {@code io.vecino.slow} with what was done, but without the query, the filter's values and the results. Thread-safe.
 */
public final class Searches {
    private static final Logger SLOW = LoggerFactory.getLogger("io.vecino.slow");

    private final Metrics metrics;
    private final long slowNanos;

    /** @param slow from which time on a search is written down */
    public Searches(Metrics metrics, Duration slow) {
        this.metrics = metrics;
        this.slowNanos = slow.toNanos();
    }

    /** @param nanos spent in the engine */
    public record Searched(List<ScoredPoint> hits, SearchTrace trace, long nanos) {}

    /**
     * Searches on this thread.
     *
     * @param deadline {@link System#nanoTime} after which nobody waits for the answer
     * @param requestId as returned to the caller
     */
    public Searched run(EngineCollection collection, SearchRequest request, long deadline, String requestId) {
        return run(collection, List.of(request), List.of(requestId), deadline).getFirst();
    }

    /**
     * Searches of one moment together, on this thread. Each of them took as long as all of them.
     *
     * @param requestIds of each
     */
    public List<Searched> run(
            EngineCollection collection, List<SearchRequest> requests, List<String> requestIds, long deadline) {
        SearchTrace trace = new SearchTrace();
        long start = System.nanoTime();
        boolean answered = false;
        try {
            List<List<ScoredPoint>> hits =
                    trace.during(() -> SearchDeadline.within(deadline, () -> collection.search(requests)));
            long nanos = System.nanoTime() - start;
            requests.forEach(_ -> metrics.searched(collection.name(), trace, nanos));
            answered = true;
            return hits.stream().map(found -> new Searched(found, trace, nanos)).toList();
        } finally {
            long nanos = System.nanoTime() - start;
            if (nanos >= slowNanos) {
                for (int i = 0; i < requests.size(); i++) {
                    slow(collection, requests.get(i), requestIds.get(i), trace, nanos, answered);
                }
            }
        }
    }

    private static void slow(
            EngineCollection collection,
            SearchRequest request,
            String requestId,
            SearchTrace trace,
            long nanos,
            boolean answered) {
        LoggingEventBuilder event = SLOW.atWarn()
                .addKeyValue("collection", collection.name())
                .addKeyValue("request", requestId)
                .addKeyValue("us", TimeUnit.NANOSECONDS.toMicros(nanos))
                .addKeyValue("answered", answered)
                .addKeyValue("k", request.k())
                .addKeyValue("offset", request.offset())
                .addKeyValue("filter", request.filter() != null)
                .addKeyValue("params", request.params());
        for (Stage stage : Stage.values()) {
            event = event.addKeyValue(stage.id() + "_us", TimeUnit.NANOSECONDS.toMicros(trace.nanos(stage)));
        }
        event.addKeyValue("rescored", trace.rescored())
                .addKeyValue("exhaustive", trace.exhaustive())
                .addKeyValue("plan", trace.steps())
                .log("slow search");
    }
}
