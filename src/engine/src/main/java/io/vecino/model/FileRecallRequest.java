package io.vecino.model;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What to measure of a pipeline and an index on files of vectors.
 *
 * @param base vectors to index; a row's id is its number
 * @param queries vectors to search for, never trained on
 * @param k neighbours compared, 1 to 1,000
 * @param params effort of the search
 * @param relevant known answers by row of the queries
 * @param worst how many of the worst queries to tell of
 * @param cache folder that keeps exact neighbours for the next measurement of the same files, if any
 */
public record FileRecallRequest(
        Path base,
        Path queries,
        Metric metric,
        Pipeline pipeline,
        IndexSpec index,
        int k,
        SearchParams params,
        Map<Integer, Set<PointId>> relevant,
        int worst,
        Optional<Path> cache) {
    private static final int MOST_K = 1_000;

    public FileRecallRequest {
        relevant = Map.copyOf(relevant);
        if (k < 1 || k > MOST_K) {
            throw new EngineException.InvalidArgument("k", "1 to " + MOST_K, String.valueOf(k));
        }
        index.requireFits(pipeline);
    }
}
