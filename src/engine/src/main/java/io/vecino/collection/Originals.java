package io.vecino.collection;

import io.vecino.model.Metric;
import io.vecino.model.PointId;
import io.vecino.transform.Similarity;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Scores of a query against original vectors in the store, keeping the best k. For one search on one thread. */
final class Originals {
    private static final int READ_AHEAD = 512;
    private static final int SLACK = 1024;

    private final Snapshot snapshot;
    private final Metric metric;
    private final float[] query;
    private final int k;
    private final List<Candidate> best = new ArrayList<>();

    /** @param query as it is compared */
    Originals(Snapshot snapshot, Metric metric, float[] query, int k) {
        this.snapshot = snapshot;
        this.metric = metric;
        this.query = query;
        this.k = k;
    }

    /** Scores the points that are there. */
    Originals add(List<PointId> ids) {
        for (int first = 0; first < ids.size(); first += READ_AHEAD) {
            List<PointId> block = ids.subList(first, Math.min(ids.size(), first + READ_AHEAD));
            List<float @Nullable []> vectors = snapshot.view().vectors(block);
            for (int i = 0; i < block.size(); i++) {
                float[] vector = vectors.get(i);
                if (vector != null) {
                    add(block.get(i), vector);
                }
            }
        }
        return this;
    }

    /** Scores every point. */
    Originals addAll(Lifecycle lifecycle) {
        snapshot.view().scanVectors((id, vector) -> {
            lifecycle.requireOpen();
            add(id, vector);
            return true;
        });
        return this;
    }

    private void add(PointId id, float[] vector) {
        best.add(new Candidate(id, Similarity.of(metric).score(query, Similarity.prepare(metric, vector)), vector));
        if (best.size() >= 2 * k + SLACK) {
            cut();
        }
    }

    private void cut() {
        best.sort(Candidate.BEST_FIRST);
        if (best.size() > k) {
            best.subList(k, best.size()).clear();
        }
    }

    /** The best so far, best first. */
    List<Candidate> best() {
        cut();
        return best;
    }
}
