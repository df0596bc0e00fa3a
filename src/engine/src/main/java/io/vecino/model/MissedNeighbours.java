package io.vecino.model;

import java.util.List;
import java.util.Optional;

/**
 * A query and the true neighbours that its search did not return.
 *
 * @param query its position among the queries
 * @param near the stored point that it is, if queries were sampled
 * @param recall of this query
 */
public record MissedNeighbours(int query, Optional<PointId> near, double recall, List<Missed> missed) {
    public MissedNeighbours {
        missed = List.copyOf(missed);
    }

    /**
     * A true neighbour that was not returned.
     *
     * @param rank among the true neighbours, from 1
     * @param score in the user's terms
     * @param lostAt the step after which it was never among the results again
     */
    public record Missed(PointId id, int rank, float score, RecallStage.Step lostAt) {}
}
