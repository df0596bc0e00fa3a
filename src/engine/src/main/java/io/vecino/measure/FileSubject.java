package io.vecino.measure;

import io.vecino.collection.Found;
import io.vecino.model.PointId;
import io.vecino.model.RecallStage.Step;
import io.vecino.model.SearchParams;
import io.vecino.selection.TopK;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.Identity;
import io.vecino.transform.Rows;
import io.vecino.transform.Transform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A trial of a pipeline and an index over rows; a row's id is its number. */
final class FileSubject implements Subject {
    private final IndexTrial trial;
    private final Rows queries;
    private final GroundTruth truth;
    private final SearchParams params;
    private final List<TopK.Hits> reduced;

    /** @param truth of {@link Depth} neighbours */
    FileSubject(IndexTrial trial, Rows queries, GroundTruth truth, SearchParams params, NativeMemory memory) {
        this.trial = trial;
        this.queries = queries;
        this.truth = truth;
        this.params = params;
        Transform transform = trial.pipeline().transform();
        this.reduced = transform instanceof Identity
                ? List.of()
                : ExactPass.reducedNeighbours(transform, trial.rows(), queries, truth.k(), memory);
    }

    @Override
    public List<Step> steps() {
        return List.of(Step.REDUCTION, Step.QUANTIZER, Step.INDEX, Step.RESCORING);
    }

    @Override
    public int queries() {
        return queries.count();
    }

    @Override
    public Optional<PointId> self(int query) {
        return Optional.empty();
    }

    @Override
    public List<Found> exact(int query) {
        TopK.Hits hits = truth.hits(query);
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < hits.ordinals().length; i++) {
            found.add(new Found(PointId.of(hits.ordinals()[i]), hits.scores()[i]));
        }
        return found;
    }

    @Override
    public List<Found> exactFiltered(int query) {
        throw new IllegalStateException("files have no filter");
    }

    @Override
    public List<Found> found(Step step, int query, int count) {
        int[] ordinals = switch (step) {
            case REDUCTION ->
                reduced.isEmpty() ? truth.neighbours(query) : reduced.get(query).ordinals();
            case QUANTIZER -> trial.scan(queries.copyOf(query), count);
            case INDEX -> trial.search(queries.copyOf(query), count, withoutRescoring());
            case RESCORING -> trial.search(queries.copyOf(query), count, params);
            case FILTER -> throw new IllegalStateException("files have no filter");
        };
        float[] vector = queries.copyOf(query);
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < Math.min(count, ordinals.length); i++) {
            found.add(new Found(PointId.of(ordinals[i]), trial.exactScore(vector, ordinals[i])));
        }
        return found;
    }

    private SearchParams withoutRescoring() {
        return new SearchParams(params.efSearch(), params.nprobe(), 1, false);
    }
}
