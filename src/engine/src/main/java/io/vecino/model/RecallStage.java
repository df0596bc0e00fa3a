package io.vecino.model;

import java.util.Optional;

/**
 * What is left of the true neighbours after one more step of a search.
 *
 * @param recall share of the true k nearest that are still found
 * @param recallInterval of it
 * @param lost points (hundredths) of recall that this step costs; below 0 if it wins some back
 * @param lostInterval of it, from the differences within queries
 * @param kendall Kendall's τ of the order in which the step returns the true 100 nearest, −1 to 1, those that it does not
 *     return after all others; empty where nothing is ordered anew
 * @param ranking with known answers, if any were given
 */
public record RecallStage(
        Step step,
        double recall,
        Interval recallInterval,
        double lost,
        Interval lostInterval,
        Optional<Double> kendall,
        Optional<RankingQuality> ranking) {
    /** The steps of a search, in order. */
    public enum Step {
        /** Transforms: an exact search of the reduced float32 vectors. */
        REDUCTION("reduction"),
        /** Codes: every code is scored. */
        QUANTIZER("quantizer"),
        /** Graph or inverted lists: not every code is looked at. */
        INDEX("index"),
        /** The best candidates are scored again, with finer codes or originals. */
        RESCORING("rescoring"),
        /** The same search under a filter, against the true neighbours that meet it. */
        FILTER("filter");

        private final String id;

        Step(String id) {
            this.id = id;
        }

        /** The name in reports. */
        public String id() {
            return id;
        }
    }
}
