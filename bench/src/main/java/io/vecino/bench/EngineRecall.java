package io.vecino.bench;

import io.vecino.EngineCollection;
import io.vecino.model.Filter;
import io.vecino.model.Payload;
import io.vecino.model.PointId;
import io.vecino.model.ScoredPoint;
import io.vecino.model.SearchParams;
import io.vecino.model.SearchRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Recall under filters and after churn, for {@link EngineCommand}; truth is the exact search of the same collection. */
final class EngineRecall {
    private static final int ROUNDS = 10;
    private static final int PERMILLE = 1_000;
    private static final int[] SELECTIVITIES = {500, 100, 10, 1};
    private static final double USED = 0.7;
    private static final long SEED = 7;

    private final EngineInput input;
    private final SearchParams params;
    private final List<SearchRequest> requests;
    private final Random random = new Random(SEED);

    /** @param queries how many to measure with */
    EngineRecall(EngineInput input, SearchParams params, int queries) {
        this.input = input;
        this.params = params;
        this.requests = input.requests(queries);
    }

    private double recall(EngineCollection of, List<SearchRequest> exact) {
        long found = 0;
        long wanted = 0;
        for (SearchRequest request : exact) {
            List<PointId> truth = ids(of.search(request.with(SearchParams.EXACT)));
            List<PointId> hits = ids(of.search(request.with(params)));
            wanted += truth.size();
            found += hits.stream().filter(truth::contains).count();
        }
        return (double) found / Math.max(1, wanted);
    }

    private static List<PointId> ids(List<ScoredPoint> hits) {
        return hits.stream().map(ScoredPoint::id).toList();
    }

    /** The rank of each point along the first query among all points, in thousandths. */
    private long[] alongQuery() {
        float[] direction = input.query(0);
        double[] along = new double[input.points()];
        for (int i = 0; i < along.length; i++) {
            float[] vector = input.vector(i);
            for (int j = 0; j < vector.length; j++) {
                along[i] += vector[j] * direction[j];
            }
        }
        double[] sorted = along.clone();
        Arrays.sort(sorted);
        return Arrays.stream(along)
                .mapToLong(value -> (long) PERMILLE * Arrays.binarySearch(sorted, value) / sorted.length)
                .toArray();
    }

    /**
     * One field is independent of the vectors; the other is the rank of the point along a direction, so that a filter cuts off
     * the side of the cloud that is away from the first query, or nearest to its opposite.
     */
    void filter(EngineCollection docs) {
        long[] along = alongQuery();
        input.put(
                docs,
                0,
                input.points(),
                row -> row,
                id -> new Payload(Map.of("random", random.nextInt(PERMILLE), "direction", along[id])));
        docs.optimize();
        for (String field : List.of("random", "direction")) {
            for (int selectivity : SELECTIVITIES) {
                measure(docs, field, selectivity, new Filter.Range(field, null, null, (long) selectivity, null));
            }
        }
        for (int selectivity : SELECTIVITIES) {
            measure(
                    docs,
                    "direction, the near end",
                    selectivity,
                    new Filter.Range("direction", null, (long) PERMILLE - selectivity, null, null));
        }
        EngineTrials.print("trial", "filter", "field", "none", "recall", recall(docs, requests));
    }

    private void measure(EngineCollection docs, String field, int selectivity, Filter filter) {
        List<SearchRequest> filtered =
                requests.stream().map(request -> request.where(filter)).toList();
        double recall = recall(docs, filtered);
        long start = System.nanoTime();
        filtered.forEach(request -> docs.search(request.with(params)));
        double micros = (System.nanoTime() - start) / 1e3 / filtered.size();
        EngineTrials.print(
                "trial",
                "filter",
                "field",
                field,
                "selectivity",
                (double) selectivity / PERMILLE,
                "matching",
                docs.count(filter),
                "recall",
                recall,
                "search_us",
                micros);
    }

    /** Each round replaces a tenth of the points by others, removes a tenth and stores as many new ones. */
    void churn(EngineCollection docs, EngineCollection fresh) {
        int live = (int) (input.points() * USED);
        List<Integer> unused = new ArrayList<>();
        for (int row = live; row < input.points(); row++) {
            unused.add(row);
        }
        int[] rows = new int[live];
        Arrays.setAll(rows, i -> i);
        put(docs, rows, 0, live);
        docs.optimize();
        report(docs, "0");
        for (int round = 1; round <= ROUNDS; round++) {
            int tenth = live / ROUNDS;
            int start = random.nextInt(live - 2 * tenth);
            for (int i = start; i < start + 2 * tenth; i++) {
                int other = random.nextInt(unused.size());
                rows[i] = unused.set(other, rows[i]);
            }
            remove(docs, start + tenth, start + 2 * tenth);
            put(docs, rows, start, start + 2 * tenth);
            report(docs, String.valueOf(round));
        }
        put(fresh, rows, 0, live);
        fresh.optimize();
        report(fresh, "fresh");
    }

    private void report(EngineCollection docs, String round) {
        EngineTrials.print(
                "trial",
                "churn",
                "round",
                round,
                "recall",
                recall(docs, requests),
                "points",
                docs.count(),
                "segments",
                docs.info().segments(),
                "unsealed",
                docs.info().unsealedPoints());
    }

    private static void remove(EngineCollection docs, int from, int to) {
        for (int first = from; first < to; first += EngineInput.BATCH) {
            List<PointId> doomed = new ArrayList<>();
            for (int id = first; id < Math.min(to, first + EngineInput.BATCH); id++) {
                doomed.add(PointId.of(id));
            }
            docs.delete(doomed);
        }
    }

    private void put(EngineCollection into, int[] rows, int from, int to) {
        input.put(into, from, to, id -> rows[id], _ -> Payload.EMPTY);
    }
}
