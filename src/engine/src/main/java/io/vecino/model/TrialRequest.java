package io.vecino.model;

import java.util.List;

/**
 * A dry run: what would these pipelines cost in recall, bytes and time on vectors a collection holds?
 *
 * @param queries vectors to search for, each as long as the collection has dimensions; never used for training
 * @param k neighbours compared
 * @param oversample candidates per result for the rescored figure, at least 1
 */
public record TrialRequest(List<Pipeline> pipelines, List<float[]> queries, int k, int oversample) {
    public TrialRequest {
        pipelines = List.copyOf(pipelines);
        queries = List.copyOf(queries);
        if (pipelines.isEmpty()) {
            throw new EngineException.InvalidArgument("pipelines", "at least one", "none");
        }
        if (queries.isEmpty()) {
            throw new EngineException.InvalidArgument("queries", "at least one", "none");
        }
        if (k < 1 || k > SearchRequest.MAX_K) {
            throw new EngineException.InvalidArgument("k", "1 to " + SearchRequest.MAX_K, String.valueOf(k));
        }
        if (oversample < 1) {
            throw new EngineException.InvalidArgument("oversample", "at least 1", String.valueOf(oversample));
        }
    }
}
