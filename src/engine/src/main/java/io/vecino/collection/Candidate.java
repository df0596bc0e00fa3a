package io.vecino.collection;

import io.vecino.model.PointId;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A point that a search may return.
 *
 * @param score greater is closer
 * @param vector the original; null until it was read from the store
 */
@SuppressWarnings("ArrayRecordComponent") // lives for one search
record Candidate(PointId id, float score, float @Nullable [] vector) {
    static final Comparator<Candidate> BEST_FIRST =
            Comparator.comparingDouble((Candidate c) -> -c.score).thenComparing(candidate -> candidate.id);
}
