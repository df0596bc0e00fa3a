package io.vecino.measure;

import io.vecino.collection.Found;
import io.vecino.model.PointId;
import io.vecino.model.RecallStage.Step;
import java.util.List;
import java.util.Optional;

/** A search that can be taken step by step. Thread-safe. */
interface Subject {
    /** Steps that it has, in order. */
    List<Step> steps();

    /** How many queries are asked. */
    int queries();

    /** The stored point that a query is, if it is one. */
    Optional<PointId> self(int query);

    /** The exact neighbours of a query, best first: {@link Depth#DEEP} or k, whichever is more, fewer if there are. */
    List<Found> exact(int query);

    /** The exact neighbours among what the filter accepts. */
    List<Found> exactFiltered(int query);

    /**
     * What is found after a step, in the order of that step's own scores.
     *
     * @param count how many are wanted
     */
    List<Found> found(Step step, int query, int count);

    /** How many neighbours are compared for their order. */
    final class Depth {
        static final int DEEP = 100;

        private Depth() {}

        static int of(int k) {
            return Math.max(DEEP, k);
        }
    }
}
