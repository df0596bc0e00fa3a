package io.vecino.transform;

import java.util.SplittableRandom;

/**
 * Draws the rows of one step of a listwise training: neighbourhoods, so that anchors meet the rows that are hard to tell
 * from their nearest, and rows from everywhere. Anchors come from the neighbourhoods.
 */
final class TrainingPool {
    private static final int REDRAW = 60;

    private final NeighbourOrder neighbours;
    private final SplittableRandom random;
    private final Rows rows;
    private final PoolShape shape;
    private final int run;
    private final int[] lastUse;
    private final int[] pool;
    private final int[] anchors;
    private final int[] positions;
    private final float[] scales;
    private final float[] rowScales;
    private int[] order = new int[0];
    private int step;

    /**
     * Plans draws.
     *
     * @param rowScales inverse temperatures of the rows as anchors
     * @param shape of at most as many rows as there are
     */
    TrainingPool(NeighbourOrder neighbours, Rows rows, float[] rowScales, PoolShape shape, SplittableRandom random) {
        this.neighbours = neighbours;
        this.random = random;
        this.rows = rows;
        this.shape = shape;
        this.run = shape.groupRows();
        this.lastUse = new int[rows.count()];
        this.pool = new int[shape.rows()];
        this.anchors = new int[shape.anchors()];
        this.positions = new int[shape.anchors()];
        this.scales = new float[shape.anchors()];
        this.rowScales = rowScales;
    }

    /** The next pool, without repetitions within it; valid until the next call. */
    ListwiseGradient.Draw next() {
        if (shape.groups() > 0 && step % REDRAW == 0) {
            order = neighbours.draw(random);
        }
        step++;
        int filled = 0;
        for (int group = 0; group < shape.groups(); group++) {
            // Runs repeat rows only where the same place is drawn twice; the next rows in order then take their place.
            for (int at = random.nextInt(rows.count() / run) * run; filled < (group + 1) * run; at++) {
                filled = take(order[at % rows.count()], filled);
            }
        }
        while (filled < pool.length) {
            filled = take(random.nextInt(rows.count()), filled);
        }
        for (int i = 0; i < anchors.length; i++) {
            int from = (int) ((long) shape.anchorRows() * i / anchors.length);
            int to = (int) ((long) shape.anchorRows() * (i + 1) / anchors.length);
            positions[i] = from + random.nextInt(Math.max(1, to - from));
            anchors[i] = pool[positions[i]];
            scales[i] = rowScales[anchors[i]];
        }
        return new ListwiseGradient.Draw(pool, rows, anchors, positions, scales);
    }

    private int take(int row, int filled) {
        if (lastUse[row] == step) {
            return filled;
        }
        lastUse[row] = step;
        pool[filled] = row;
        return filled + 1;
    }
}
