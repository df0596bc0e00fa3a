package io.vecino.transform;

import io.vecino.model.EngineException;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/**
 * A sample in random order, split into rows to fit and rows held out, in memory that all threads of a training may read.
 *
 * @param fitted at least one row
 * @param heldOut disjoint from the fitted rows; may be empty
 */
record TrainingRows(Rows fitted, Rows heldOut) {
    private static final long SEED = 0x5911;
    private static final int HELD_OUT = 1000;
    private static final int SHARE = 20;

    /**
     * Copies a sample, holding out one row in twenty, at most 1,000.
     *
     * @param method named in errors
     * @param dims dimensions asked for
     * @throws EngineException.InvalidArgument for more dimensions than the rows have, not more rows than dimensions, and
     *     values that are not finite
     */
    static TrainingRows of(Rows sample, String method, int dims, Matrices matrices) {
        int d = sample.dimension();
        if (dims > d) {
            throw new EngineException.InvalidArgument(
                    "pipeline", method + " dims of at most " + d, String.valueOf(dims));
        }
        if (sample.count() <= dims) {
            throw new EngineException.InvalidArgument(
                    "pipeline",
                    "more than " + dims + " training rows for " + method + ":" + dims,
                    sample.count() + " rows");
        }
        sample.requireFinite("sample");
        int[] order = shuffled(sample.count());
        MemorySegment copy = matrices.floats((long) sample.count() * d);
        long bytes = (long) d * Float.BYTES;
        for (int i = 0; i < order.length; i++) {
            MemorySegment.copy(sample.segment(), order[i] * bytes, copy, i * bytes, bytes);
        }
        Rows rows = new Rows(copy, sample.count(), d);
        int held = Math.min(Math.min(HELD_OUT, sample.count() / SHARE), sample.count() - dims - 1);
        return new TrainingRows(rows.slice(held, sample.count() - held), rows.slice(0, held));
    }

    private static int[] shuffled(int count) {
        SplittableRandom random = new SplittableRandom(SEED);
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
