package io.vecino.transform;

import java.util.SplittableRandom;

/**
 * Draws the rows of one step of a listwise training: neighbourhoods, so that anchors meet the rows that are hard to tell
 * from their nearest, and rows from everywhere. Anchors come from the neighbourhoods.
 */
final class TrainingPool {
    private static final int RUN = 512;
    private static final int REDRAW = 60;

    private final NeighbourOrder neighbours;
    private final SplittableRandom random;
    private final int rows;
    private final int run;
    private final int local;
    private final int[] lastUse;
    private final int[] pool;
    private final int[] anchors;
    private int[] order = new int[0];
    private int step;

    /**
     * Plans draws.
     *
     * @param size rows of a pool, at most the rows there are
     */
    TrainingPool(NeighbourOrder neighbours, int rows, int size, int anchors, SplittableRandom random) {
        this.neighbours = neighbours;
        this.random = random;
        this.rows = rows;
        this.run = run(rows);
        this.local = size - size / 3;
        this.lastUse = new int[rows];
        this.pool = new int[size];
        this.anchors = new int[anchors];
    }

    /** Rows of a neighbourhood. */
    static int run(int rows) {
        return Math.min(RUN, Math.max(1, rows / 4));
    }

    /** Draws the next pool, without repetitions within it. */
    void next() {
        if (step++ % REDRAW == 0) {
            order = neighbours.draw(random);
        }
        int filled = 0;
        while (filled < local) {
            int start = random.nextInt(rows / run) * run;
            for (int i = start; i < start + run && filled < local; i++) {
                filled = take(order[i], filled);
            }
        }
        while (filled < pool.length) {
            filled = take(random.nextInt(rows), filled);
        }
        for (int i = 0; i < anchors.length; i++) {
            int from = (int) ((long) local * i / anchors.length);
            int to = (int) ((long) local * (i + 1) / anchors.length);
            anchors[i] = from + random.nextInt(Math.max(1, to - from));
        }
    }

    private int take(int row, int filled) {
        if (lastUse[row] == step) {
            return filled;
        }
        lastUse[row] = step;
        pool[filled] = row;
        return filled + 1;
    }

    /** Ordinals of distinct rows. */
    int[] pool() {
        return pool;
    }

    /** Positions in the pool. */
    int[] anchors() {
        return anchors;
    }
}
