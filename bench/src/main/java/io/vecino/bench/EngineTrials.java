package io.vecino.bench;

import io.vecino.Engine;
import io.vecino.EngineCollection;
import io.vecino.EngineConfig;
import io.vecino.model.Payload;
import io.vecino.model.SearchRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.json.JsonMapper;

/** Loading and restarting, for {@link EngineCommand}; each result is printed as a line of JSON. */
final class EngineTrials {
    static final String COLLECTION = "trial";

    private static final JsonMapper JSON = new JsonMapper();
    private static final int REPEATS = 3;

    private EngineTrials() {}

    static void print(Object... fields) {
        System.out.println(JSON.writeValueAsString(Json.object(fields)));
    }

    /**
     * Upserts while one thread searches.
     *
     * @param searchesPerSecond at most; 0 for one after the other
     */
    static void upsertBesideSearches(EngineCollection docs, EngineInput input, int searchesPerSecond) {
        AtomicBoolean done = new AtomicBoolean();
        List<Long> nanos = Collections.synchronizedList(new ArrayList<>());
        Thread searcher = Thread.ofPlatform().start(() -> {
            for (int i = 0; !done.get(); i++) {
                long start = System.nanoTime();
                docs.search(SearchRequest.of(input.query(i), EngineInput.K));
                long took = System.nanoTime() - start;
                nanos.add(took);
                if (searchesPerSecond > 0) {
                    LockSupport.parkNanos(1_000_000_000L / searchesPerSecond - took);
                }
            }
        });
        double seconds = input.putAll(docs);
        done.set(true);
        try {
            searcher.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        List<Long> sorted = nanos.stream().sorted().toList();
        print(
                "trial",
                "upsert",
                "points",
                input.points(),
                "upserts_per_s",
                input.points() / seconds,
                "searches_per_s",
                sorted.size() / seconds,
                "search_p50_us",
                sorted.get(sorted.size() / 2) / 1e3,
                "search_p99_us",
                sorted.get(sorted.size() * 99 / 100) / 1e3,
                "segments",
                docs.info().segments(),
                "unsealed",
                docs.info().unsealedPoints());
    }

    /**
     * Stores all points, seals them into one segment, then stores some again.
     *
     * @param unsealed how many
     */
    static void load(EngineCollection docs, EngineInput input, int unsealed) {
        double stored = input.putAll(docs);
        long start = System.nanoTime();
        docs.optimize();
        double optimized = (System.nanoTime() - start) / 1e9;
        input.put(docs, 0, unsealed, row -> row + 1, _ -> Payload.EMPTY);
        print(
                "trial",
                "load",
                "points",
                docs.info().points(),
                "unsealed",
                docs.info().unsealedPoints(),
                "segments",
                docs.info().segments(),
                "store_s",
                stored,
                "optimize_s",
                optimized,
                "bytes",
                docs.info().bytes());
    }

    /** Opens, searches and closes a directory several times. The first time nothing of the program is compiled. */
    static void restart(EngineConfig settings, EngineInput input) {
        for (int i = 0; i < REPEATS; i++) {
            long start = System.nanoTime();
            try (Engine engine = Engine.open(settings)) {
                EngineCollection docs = engine.collection(COLLECTION);
                double opened = (System.nanoTime() - start) / 1e9;
                int found = docs.search(SearchRequest.of(input.query(i), EngineInput.K))
                        .size();
                double searched = (System.nanoTime() - start) / 1e9;
                print(
                        "trial",
                        "restart",
                        "points",
                        docs.count(),
                        "unsealed",
                        docs.info().unsealedPoints(),
                        "open_s",
                        opened,
                        "first_result_s",
                        searched,
                        "found",
                        found);
            }
        }
    }
}
