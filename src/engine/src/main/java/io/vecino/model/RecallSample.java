package io.vecino.model;

import java.time.Instant;
import java.util.Map;

/**
 * Recall of a collection's probes at one moment.
 *
 * @param at when it was measured
 * @param event what happened before: {@code seal}, {@code merge}, {@code optimize}, {@code apply}, {@code undo}, {@code
 *     open}, {@code restore}, or {@code asked}
 * @param points there were
 * @param k neighbours compared
 * @param recall share of the true nearest that searches with default effort return
 * @param lost points of recall that each step costs
 */
public record RecallSample(
        Instant at, String event, long points, int k, double recall, Map<RecallStage.Step, Double> lost) {
    public RecallSample {
        lost = Map.copyOf(lost);
    }
}
