package io.vecino.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What to measure the recall of a collection with.
 *
 * @param queries vectors to search for; none: stored points are sampled, none of which counts as its own neighbour
 * @param sample how many stored points to search near if no queries are given, 1 to 10,000
 * @param k neighbours compared, 1 to 1,000
 * @param params effort of the search
 * @param filter that the last step searches under
 * @param relevant known answers by position among the queries
 * @param worst how many of the worst queries to tell of, at most 1,000
 */
public record RecallRequest(
        List<float[]> queries,
        int sample,
        int k,
        SearchParams params,
        Optional<Filter> filter,
        Map<Integer, Set<PointId>> relevant,
        int worst) {
    /** 500 stored points, ten neighbours, default effort. */
    public static final RecallRequest DEFAULT =
            new RecallRequest(List.of(), 500, 10, SearchParams.DEFAULT, Optional.empty(), Map.of(), 5);

    private static final int MOST_QUERIES = 10_000;
    private static final int MOST = 1_000;

    public RecallRequest {
        queries = List.copyOf(queries);
        relevant = Map.copyOf(relevant);
        require("queries", queries.size() <= MOST_QUERIES, "at most 10000", queries.size());
        require("sample", sample >= 1 && sample <= MOST_QUERIES, "1 to 10000", sample);
        require("k", k >= 1 && k <= MOST, "1 to 1000", k);
        require("worst", worst >= 0 && worst <= MOST, "0 to 1000", worst);
        if (params.exact()) {
            throw new EngineException.InvalidArgument("params.exact", "false: exact search loses nothing", "true");
        }
        filter.ifPresent(Filter::checked);
    }

    private static void require(String field, boolean holds, String expected, int got) {
        if (!holds) {
            throw new EngineException.InvalidArgument(field, expected, String.valueOf(got));
        }
    }
}
