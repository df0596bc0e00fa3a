package io.vecino.model;

/**
 * How recall is watched: a fixed set of stored points is searched near again after segments changed.
 *
 * @param probes points that are searched near, 0 for no watch, at most 1,000
 * @param k neighbours compared, 1 to 100
 * @param fall points of recall by which it may fall from one measurement to the next before there is a warning, above 0
 */
public record RecallWatch(int probes, int k, double fall) {
    /** Nothing is measured. */
    public static final RecallWatch OFF = new RecallWatch(0, 10, 1);

    /** 100 probes, ten neighbours, a warning at one point. */
    public static final RecallWatch ON = new RecallWatch(100, 10, 1);

    private static final int MOST_PROBES = 1_000;
    private static final int MOST_K = 100;

    public RecallWatch {
        if (probes < 0 || probes > MOST_PROBES) {
            throw new EngineException.InvalidArgument("recallWatch.probes", "0 to 1000", String.valueOf(probes));
        }
        if (k < 1 || k > MOST_K) {
            throw new EngineException.InvalidArgument("recallWatch.k", "1 to 100", String.valueOf(k));
        }
        if (!(fall > 0)) {
            throw new EngineException.InvalidArgument("recallWatch.fall", "a number above 0", String.valueOf(fall));
        }
    }
}
