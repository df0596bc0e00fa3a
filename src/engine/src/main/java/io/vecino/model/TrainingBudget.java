package io.vecino.model;

/**
 * How long a transform may train. Written {@code 60s}, or {@code 2000} for steps; only steps give the same bits again.
 *
 * @param steps exact number of steps, or 0 to let {@code seconds} decide
 * @param seconds time of the descent if {@code steps} is 0
 */
public record TrainingBudget(int steps, int seconds) {
    /** A minute. */
    public static final TrainingBudget DEFAULT = new TrainingBudget(0, 60);

    public TrainingBudget {
        if (steps < 0 || seconds < 0 || (steps == 0) == (seconds == 0)) {
            throw new EngineException.InvalidArgument(
                    "pipeline", "a budget of steps or seconds", steps + " steps, " + seconds + " s");
        }
    }

    /** A part of it, at least one step or one second. */
    public TrainingBudget share(double share) {
        return steps > 0
                ? new TrainingBudget(Math.max(1, (int) Math.round(steps * share)), 0)
                : new TrainingBudget(0, Math.max(1, (int) Math.round(seconds * share)));
    }

    /**
     * Reads a budget.
     *
     * @throws EngineException.InvalidArgument if it is neither a number nor a number and {@code s}
     */
    public static TrainingBudget parse(String text) {
        try {
            return text.endsWith("s")
                    ? new TrainingBudget(0, Integer.parseInt(text.substring(0, text.length() - 1)))
                    : new TrainingBudget(Integer.parseInt(text), 0);
        } catch (NumberFormatException e) {
            throw new EngineException.InvalidArgument("pipeline", "a budget such as 60s, or steps such as 2000", text);
        }
    }

    @Override
    public String toString() {
        return steps > 0 ? String.valueOf(steps) : seconds + "s";
    }
}
