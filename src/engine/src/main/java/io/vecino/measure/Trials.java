package io.vecino.measure;

import io.vecino.collection.Collection;
import io.vecino.model.EngineException;
import io.vecino.model.IndexSpec;
import io.vecino.model.Metric;
import io.vecino.model.Pipeline;
import io.vecino.model.SearchParams;
import io.vecino.model.TrialRequest;
import io.vecino.model.TrialResult;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Dry runs of pipelines on the vectors of a collection. */
public final class Trials {
    private Trials() {}

    /**
     * Trains and measures each pipeline on a copy of the vectors; the collection stays as it is.
     *
     * @throws EngineException.InvalidArgument if a query does not fit or the collection is empty
     * @throws EngineException.ResourceExhausted if the copy does not fit the memory budget
     */
    public static List<TrialResult> run(Collection collection, TrialRequest request) {
        int dimension = collection.config().dimension();
        Metric metric = collection.config().metric();
        int capacity = Math.toIntExact(collection.info().points());
        if (capacity == 0) {
            throw new EngineException.InvalidArgument("collection", "at least one point", "none");
        }
        try (NativeMemory.Block block = collection
                        .memory()
                        .allocate((long) capacity * dimension * Float.BYTES, "copy of the vectors for a dry run");
                Scratch scratch = new Scratch()) {
            int[] count = {0};
            collection.scan((_, vector) -> {
                put(block.segment(), count[0]++, Similarity.prepare(metric, vector));
                return count[0] < capacity;
            });
            Rows base = new Rows(block.segment(), count[0], dimension);
            Rows queries = queries(request, metric, dimension, scratch);
            return run(base, queries, Similarity.of(metric), request, collection.memory());
        }
    }

    private static Rows queries(TrialRequest request, Metric metric, int dimension, Scratch scratch) {
        int count = request.queries().size();
        MemorySegment segment = scratch.floats((long) count * dimension);
        for (int i = 0; i < count; i++) {
            float[] query = request.queries().get(i);
            if (query.length != dimension) {
                throw new EngineException.InvalidArgument(
                        "queries[" + i + "]", dimension + " values", query.length + " values");
            }
            put(segment, i, Similarity.prepare(metric, query));
        }
        return new Rows(segment, count, dimension);
    }

    private static void put(MemorySegment rows, int row, float[] vector) {
        MemorySegment.copy(
                vector, 0, rows, ValueLayout.JAVA_FLOAT, (long) row * vector.length * Float.BYTES, vector.length);
    }

    private static List<TrialResult> run(
            Rows base, Rows queries, Similarity similarity, TrialRequest request, NativeMemory memory) {
        GroundTruth truth = GroundTruth.exact(base, queries, similarity, request.k());
        SearchParams codes = new SearchParams(OptionalInt.empty(), OptionalInt.empty(), 1, false);
        SearchParams rescored = new SearchParams(OptionalInt.empty(), OptionalInt.empty(), request.oversample(), false);
        List<TrialResult> results = new ArrayList<>();
        for (Pipeline pipeline : request.pipelines()) {
            try (IndexTrial trial = IndexTrial.build(base, similarity, pipeline, new IndexSpec.Flat(), memory)) {
                IndexTrial.Outcome first = trial.measure(queries, truth, codes, 1);
                IndexTrial.Outcome second = trial.measure(queries, truth, rescored, 1);
                results.add(new TrialResult(
                        pipeline,
                        trial.bytesPerVector(),
                        first.recall(),
                        second.recall(),
                        first.qps(),
                        trial.pipeline().transform().scoreName(),
                        trial.trainSeconds()));
            }
        }
        return results;
    }
}
