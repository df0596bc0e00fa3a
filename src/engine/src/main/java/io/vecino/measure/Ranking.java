package io.vecino.measure;

import io.vecino.collection.Found;
import io.vecino.model.PointId;
import io.vecino.model.RankingQuality;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/** Rankings against known answers. */
final class Ranking {
    private Ranking() {}

    /**
     * Judges the first k results of each query that has known answers.
     *
     * @param relevant by query
     * @param found by query, best first
     * @return nothing if no query has any
     */
    static Optional<RankingQuality> of(Map<Integer, Set<PointId>> relevant, IntFunction<List<Found>> found, int k) {
        int queries = 0;
        double hits = 0;
        double reciprocals = 0;
        double gains = 0;
        for (Map.Entry<Integer, Set<PointId>> entry : relevant.entrySet()) {
            if (entry.getValue().isEmpty()) {
                continue;
            }
            queries++;
            List<Found> results = found.apply(entry.getKey());
            double first = 0;
            double gain = 0;
            for (int rank = 1; rank <= Math.min(k, results.size()); rank++) {
                if (entry.getValue().contains(results.get(rank - 1).id())) {
                    first = first == 0 ? 1.0 / rank : first;
                    gain += discount(rank);
                }
            }
            hits += first > 0 ? 1 : 0;
            reciprocals += first;
            gains += gain / best(Math.min(k, entry.getValue().size()));
        }
        return queries == 0
                ? Optional.empty()
                : Optional.of(new RankingQuality(queries, hits / queries, reciprocals / queries, gains / queries));
    }

    private static double discount(int rank) {
        return Math.log(2) / Math.log(rank + 1.0);
    }

    private static double best(int relevant) {
        double sum = 0;
        for (int rank = 1; rank <= relevant; rank++) {
            sum += discount(rank);
        }
        return sum;
    }
}
