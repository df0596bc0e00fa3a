package io.vecino.measure;

import io.vecino.collection.Collection;
import io.vecino.collection.Measured;
import io.vecino.model.EngineException;
import io.vecino.model.FileRecallRequest;
import io.vecino.model.IndexSpec;
import io.vecino.model.Metric;
import io.vecino.model.Pipeline;
import io.vecino.model.ProgressListener;
import io.vecino.model.RecallReport;
import io.vecino.model.RecallRequest;
import io.vecino.model.RecallStage;
import io.vecino.model.SearchParams;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.Similarity;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Recall of a collection or of a trial on files, with what each step costs. */
public final class Recall {
    private static final long SEED = 0xFEED;

    private Recall() {}

    /**
     * Measures a collection as it is at this moment.
     *
     * @throws EngineException.InvalidArgument if it is empty or a query does not fit
     * @throws EngineException.ResourceExhausted if the memory budget has no room for a few blocks of vectors
     */
    public static RecallReport of(Collection collection, RecallRequest request, ProgressListener listener) {
        try (Measured state = collection.measured()) {
            return of(collection, state, queries(state, request), request, listener);
        }
    }

    /** The same near chosen points. */
    static RecallReport near(Collection collection, List<Measured.Query> probes, RecallRequest request) {
        try (Measured state = collection.measured()) {
            return of(collection, state, probes, request, ProgressListener.NONE);
        }
    }

    private static RecallReport of(
            Collection collection,
            Measured state,
            List<Measured.Query> queries,
            RecallRequest request,
            ProgressListener listener) {
        long start = System.nanoTime();
        LiveSubject subject =
                LiveSubject.of(collection, state, queries, request.k(), request.params(), request.filter(), listener);
        Attribution attribution =
                Attribution.of(subject, request.k(), request.relevant(), Workers.processors(), listener);
        return report(
                attribution,
                new Scope(
                        state.config().metric(),
                        state.config().pipeline(),
                        state.config().index(),
                        state.points(),
                        state.bytesPerVector(),
                        queries.size(),
                        request.k(),
                        request.params(),
                        request.worst(),
                        request.queries().isEmpty()),
                start);
    }

    private static List<Measured.Query> queries(Measured state, RecallRequest request) {
        if (state.points() == 0) {
            throw new EngineException.InvalidArgument("collection", "at least one point", "none");
        }
        if (request.queries().isEmpty()) {
            return state.sample(request.sample(), new SplittableRandom(SEED));
        }
        List<Measured.Query> queries = new ArrayList<>();
        for (int i = 0; i < request.queries().size(); i++) {
            float[] vector = request.queries().get(i);
            if (vector.length != state.config().dimension()) {
                throw new EngineException.InvalidArgument(
                        "queries[" + i + "]", state.config().dimension() + " values", vector.length + " values");
            }
            queries.add(new Measured.Query(vector, null));
        }
        return queries;
    }

    /**
     * Trains and builds over a file and measures that.
     *
     * @throws EngineException.InvalidArgument if a file cannot be read as vectors or they do not fit each other
     * @throws EngineException.ResourceExhausted if the memory budget is too small
     */
    public static RecallReport of(FileRecallRequest request, NativeMemory memory, ProgressListener listener) {
        long start = System.nanoTime();
        try (FileVectors base = FileVectors.read(request.base(), request.metric(), memory);
                FileVectors queries = FileVectors.read(request.queries(), request.metric(), memory)) {
            queries.requireDimensionOf(base);
            Similarity similarity = Similarity.of(request.metric());
            GroundTruth truth = TruthFile.exact(request, base.rows(), queries.rows(), similarity);
            listener.at("train", 0);
            try (IndexTrial trial =
                    IndexTrial.build(base.rows(), similarity, request.pipeline(), request.index(), memory)) {
                FileSubject subject = new FileSubject(trial, queries.rows(), truth, request.params(), memory);
                Attribution attribution =
                        Attribution.of(subject, request.k(), request.relevant(), Workers.processors(), listener);
                return report(
                        attribution,
                        new Scope(
                                request.metric(),
                                request.pipeline(),
                                request.index(),
                                base.rows().count(),
                                trial.bytesPerVector(),
                                queries.rows().count(),
                                request.k(),
                                request.params(),
                                request.worst(),
                                false),
                        start);
            }
        }
    }

    private record Scope(
            Metric metric,
            Pipeline pipeline,
            IndexSpec index,
            long points,
            double bytesPerVector,
            int queries,
            int k,
            SearchParams params,
            int worst,
            boolean sampled) {}

    private static RecallReport report(Attribution attribution, Scope scope, long start) {
        List<RecallStage> stages = attribution.stages();
        return new RecallReport(
                scope.pipeline,
                scope.index,
                scope.points,
                scope.bytesPerVector,
                scope.queries,
                scope.k,
                scope.params,
                stages.getLast().recall(),
                stages.getLast().recallInterval(),
                stages,
                attribution.exactRanking(),
                attribution.worst(scope.worst, scope.metric),
                RecallFindings.of(scope.pipeline, scope.index, scope.params, stages, scope.k, scope.sampled),
                (System.nanoTime() - start) / 1e9);
    }
}
