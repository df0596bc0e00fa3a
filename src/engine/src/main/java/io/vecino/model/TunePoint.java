package io.vecino.model;

import java.util.Optional;

/**
 * A pipeline with an index and an effort, as it was measured.
 *
 * @param oversample candidates per result that are rescored; 1 for none
 * @param bytesPerVector of codes and index
 * @param recall share of the exact k nearest that a search returns
 * @param recallInterval of it
 * @param speed absent for points that another one beats in both recall and bytes
 * @param pareto whether no other point has as much recall in fewer bytes, or more recall in as many
 */
public record TunePoint(
        Pipeline pipeline,
        IndexSpec index,
        float oversample,
        double bytesPerVector,
        double recall,
        Interval recallInterval,
        Optional<Speed> speed,
        boolean pareto) {
    /**
     * How long searches take, one after the other on one thread.
     *
     * @param micros median, microseconds
     * @param slowMicros 99th percentile
     * @param qps searches per second
     */
    public record Speed(double micros, double slowMicros, double qps) {}
}
