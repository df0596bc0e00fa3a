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
                NativeMemory.Block searched = queries(request, collection)) {
            int[] count = {0};
            collection.scan((_, vector) -> {
                put(block.segment(), count[0]++, Similarity.prepare(metric, vector));
                return count[0] < capacity;
            });
            Rows base = new Rows(block.segment(), count[0], dimension);
            Rows queries = new Rows(searched.segment(), request.queries().size(), dimension);
            return run(base, queries, Similarity.of(metric), request, collection.memory());
        }
    }

    private static NativeMemory.Block queries(TrialRequest request, Collection collection) {
        int dimension = collection.config().dimension();
        for (int i = 0; i < request.queries().size(); i++) {
            if (request.queries().get(i).length != dimension) {
                throw new EngineException.InvalidArgument(
                        "queries[" + i + "]",
                        dimension + " values",
                        request.queries().get(i).length + " values");
            }
        }
        NativeMemory.Block block = collection
                .memory()
                .allocate((long) request.queries().size() * dimension * Float.BYTES, "queries of a dry run");
        for (int i = 0; i < request.queries().size(); i++) {
            put(
                    block.segment(),
                    i,
                    Similarity.prepare(
                            collection.config().metric(), request.queries().get(i)));
        }
        return block;
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
