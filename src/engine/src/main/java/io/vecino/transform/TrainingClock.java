package io.vecino.transform;

import io.vecino.model.TrainingBudget;

/** How much of a budget a descent has used. */
final class TrainingClock {
    private final TrainingBudget budget;
    private final long descent = System.nanoTime();
    private final double seconds;
    private int steps;

    /**
     * Starts the descent.
     *
     * @param begin {@link System#nanoTime} when the training began, whose time counts as well
     */
    TrainingClock(TrainingBudget budget, long begin) {
        this.budget = budget;
        this.seconds = Math.max(1e-3, budget.seconds() - (descent - begin) / 1e9);
    }

    void step() {
        steps++;
    }

    int steps() {
        return steps;
    }

    /** The share of the descent that is done, 1 at its end. */
    double done() {
        return Math.min(
                1,
                budget.steps() > 0 ? (double) steps / budget.steps() : (System.nanoTime() - descent) / 1e9 / seconds);
    }
}
