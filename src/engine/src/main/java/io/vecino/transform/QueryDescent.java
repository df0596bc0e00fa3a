package io.vecino.transform;

import io.vecino.model.ProgressListener;
import io.vecino.selection.TopK;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Listwise distillation with queries as anchors, over pools of their nearest rows and of rows from everywhere. */
final class QueryDescent {
    private static final long SEED = 0x0DD;
    private static final int BLOCKS = 12;
    private static final int ANCHORS = 256;
    private static final int NEAREST = 60;
    private static final double RATE = 0.001;
    private static final double TEMPERATURE = 0.38;

    private final Rows rows;
    private final Rows queries;
    private final LinearTransform start;
    private final ProgressListener listener;
    private final List<TopK.Hits> nearest;
    private final ListwiseGradient loss;
    private final int anchors;
    private final float scale;
    private final int[] pool;
    private final int[] lastUse;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private int step;

    QueryDescent(
            Rows rows,
            Rows queries,
            Similarity similarity,
            LinearTransform start,
            Crew crew,
            Matrices matrices,
            ProgressListener listener) {
        this.rows = rows;
        this.queries = queries;
        this.start = start.with(ReducedScore.ofTraining(similarity, rows));
        this.listener = listener;
        int blocks = Math.clamp(rows.count() / ListwiseGradient.BLOCK, 1, BLOCKS);
        this.pool = new int[blocks * ListwiseGradient.BLOCK];
        this.lastUse = new int[rows.count()];
        this.anchors = Math.min(ANCHORS, queries.count());
        this.nearest =
                ExactNeighbours.of(rows, MemorySegment.NULL, queries, similarity, Math.min(NEAREST, rows.count() / 2));
        this.scale = (float) (1 / Math.max(1e-6, TEMPERATURE * Dispersion.ofSimilarities(rows, similarity)));
        this.loss = new ListwiseGradient(
                crew,
                matrices,
                rows,
                similarity,
                this.start.score(),
                new int[] {start.outputDimension()},
                new float[] {1},
                blocks,
                anchors);
    }

    /** One matrix for queries and points: steps with queries as anchors in turn with steps with rows. */
    LinearTransform shared(TrainingClock clock) {
        float[] weights = start.matrix();
        float[] gradient = new float[weights.length];
        Adam adam = new Adam(weights.length);
        for (double done = 0; done < 1; done = clock.done()) {
            boolean ofQueries = clock.steps() % 2 == 0;
            loss.compute(weights, draw(ofQueries), 1, gradient);
            adam.descend(weights, gradient, RATE * (1 - 0.95 * done) * relativeRate());
            clock.step();
            listener.at("queries in the loss", clock.done());
        }
        return start.withMatrix(weights);
    }

    /** A matrix each, from one that serves both. */
    PairedTransform separate(LinearTransform both, TrainingClock clock) {
        float[] ofPoints = both.matrix();
        float[] ofQueries = both.matrix();
        float[] gradient = new float[ofPoints.length];
        float[] queryGradient = new float[ofPoints.length];
        Adam pointSteps = new Adam(gradient.length);
        Adam querySteps = new Adam(gradient.length);
        for (double done = 0; done < 1; done = clock.done()) {
            loss.compute(ofPoints, ofQueries, draw(true), 1, gradient, queryGradient);
            double rate = 0.5 * RATE * (1 - 0.95 * done) * relativeRate();
            pointSteps.descend(ofPoints, gradient, rate);
            querySteps.descend(ofQueries, queryGradient, rate);
            clock.step();
            listener.at("two matrices", clock.done());
        }
        return new PairedTransform(start.withMatrix(ofQueries), start.withMatrix(ofPoints));
    }

    private double relativeRate() {
        return Math.sqrt(384.0 / rows.dimension());
    }

    private ListwiseGradient.Draw draw(boolean ofQueries) {
        step++;
        int[] asked = random.ints(anchors, 0, queries.count()).toArray();
        int filled = 0;
        int each = Math.max(1, pool.length * 2 / 3 / anchors);
        for (int query : asked) {
            int[] near = nearest.get(query).ordinals();
            for (int i = 0; i < each && filled < pool.length; i++) {
                filled = take(near[random.nextInt(near.length)], filled);
            }
        }
        int near = filled;
        while (filled < pool.length) {
            filled = take(random.nextInt(rows.count()), filled);
        }
        float[] scales = new float[anchors];
        Arrays.fill(scales, scale);
        int[] positions = new int[anchors];
        if (ofQueries) {
            Arrays.fill(positions, -1);
            return new ListwiseGradient.Draw(pool, queries, asked, positions, scales);
        }
        int[] ordinals = new int[anchors];
        for (int i = 0; i < anchors; i++) {
            positions[i] = random.nextInt(near);
            ordinals[i] = pool[positions[i]];
        }
        return new ListwiseGradient.Draw(pool, rows, ordinals, positions, scales);
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
