package io.vecino.quantization;

import java.util.Arrays;

/** Finds the trellis path of one residual after the other; a workspace of one thread. */
final class TcqEncoder {
    /** In deviations. No value of a trellis lies that far out. */
    private static final float FARTHEST = 64;

    private final TcqModel model;
    private final Trellis.Search search;
    private final float[] targets;

    TcqEncoder(TcqModel model) {
        this.model = model;
        this.targets = new float[model.coded()];
        this.search = new Trellis.Search(Arrays.copyOf(model.shares(), targets.length), TcqTrainer.weights(model));
    }

    /**
     * The states that come closest to a residual.
     *
     * @param residual along the axes
     * @param start state before the first axis
     * @return a state for each coded axis; overwritten by the next call
     */
    int[] find(float[] residual, int start) {
        for (int j = 0; j < targets.length; j++) {
            targets[j] = Math.clamp(residual[j] / model.deviations()[j], -FARTHEST, FARTHEST);
        }
        return search.find(model.trellis(), targets, start);
    }

    /** What was to be matched last, in deviations. */
    float target(int axis) {
        return targets[axis];
    }
}
