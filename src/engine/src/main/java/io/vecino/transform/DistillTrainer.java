package io.vecino.transform;

import io.vecino.model.TrainingBudget;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A linear map trained so that the similarities of images rank a row's neighbours as the full similarities do: it starts as
 * PCA and descends the listwise distillation loss of {@link ListwiseGradient} over pools of neighbourhoods. Linear
 * parametric SNE (van der Maaten, 2009) with a cosine, kin to similarity distillation (arXiv 2104.06918 and others).
 *
 * <p>Weights are averaged over steps, the average is measured on held-out rows ten times, the best is kept; PCA if none is
 * better. With prefixes, losses are summed over them, so that the leading coordinates alone are a good map as well
 * (Matryoshka representations, arXiv 2205.13147).
 */
public final class DistillTrainer implements TransformTrainer {
    private static final long SEED = 0xD15711;
    private static final int ANCHORS = 256;
    private static final int POOL_BLOCKS = 12;
    private static final double RATE = 0.002;
    private static final double LAST_RATE = 0.05;
    private static final double AVERAGING = 0.998;
    private static final int MEASUREMENTS = 10;
    /** Temperature in standard deviations of the similarity of random pairs: .04 for the cosines of sentence embeddings. */
    private static final double TEMPERATURE = 0.38;

    private static final int TREE_DIMENSION = 32;

    private final int dims;
    private final int[] sizes;
    private final TrainingBudget budget;

    /**
     * Plans a training.
     *
     * @param prefixes smaller dimensions at which the map must be good too
     */
    public DistillTrainer(int dims, List<Integer> prefixes, TrainingBudget budget) {
        this.dims = dims;
        this.sizes = new int[prefixes.size() + 1];
        for (int i = 0; i < prefixes.size(); i++) {
            sizes[i] = prefixes.get(i);
        }
        sizes[prefixes.size()] = dims;
        this.budget = budget;
    }

    @Override
    public LinearTransform train(Rows sample, Similarity similarity) {
        try (Crew crew = new Crew();
                Matrices matrices = new Matrices()) {
            TrainingRows rows = TrainingRows.of(sample, "distill", dims, matrices);
            HeldOut heldOut = new HeldOut(rows.heldOut(), rows.fitted(), similarity);
            LinearTransform pca = heldOut.best(
                    new PcaTrainer(dims).fit(rows.fitted(), crew, matrices), ReducedScore.ofProjection(similarity));
            if (rows.fitted().count() < 2 * ListwiseGradient.BLOCK
                    || rows.heldOut().count() == 0) {
                return pca.with("pca: distill needs more than " + 2 * ListwiseGradient.BLOCK + " rows");
            }
            return new Run(rows, similarity, pca, heldOut, crew, matrices).descend();
        }
    }

    /** One training. */
    private final class Run {
        private final Rows rows;
        private final LinearTransform pca;
        private final HeldOut heldOut;
        private final ReducedScore score;
        private final ListwiseGradient[] losses;
        private final TrainingPool pool;
        private final float teacherScale;
        private final float studentScale;
        private final float[] start;

        Run(
                TrainingRows split,
                Similarity similarity,
                LinearTransform pca,
                HeldOut heldOut,
                Crew crew,
                Matrices matrices) {
            this.rows = split.fitted();
            this.pca = pca;
            this.heldOut = heldOut;
            this.score = similarity == Similarity.L2
                    ? ReducedScore.CENTRED_L2
                    : Dispersion.ofNorms(rows) < 0.05 ? ReducedScore.COSINE : ReducedScore.IP;
            this.start = pca.matrix();
            LinearTransform first = new LinearTransform(score, pca.mean(), start, new float[0], "");
            double full = Dispersion.ofSimilarities(rows, similarity);
            teacherScale = scale(full);
            studentScale = score == ReducedScore.COSINE && Math.abs(Dispersion.meanNorm(rows) - 1) < 0.05
                    ? teacherScale
                    : scale(Dispersion.ofSimilarities(rows, first));
            int blocks = Math.min(POOL_BLOCKS, rows.count() / ListwiseGradient.BLOCK);
            this.losses = Arrays.stream(sizes)
                    .mapToObj(m -> new ListwiseGradient(
                            crew, matrices, rows, similarity, score, m, Math.min(ANCHORS, rows.count() / 4), blocks))
                    .toArray(ListwiseGradient[]::new);
            int low = Math.min(TREE_DIMENSION, dims);
            Rows shadow = new Rows(matrices.floats((long) rows.count() * low), rows.count(), low);
            MemorySegment axes = matrices.floats((long) low * rows.dimension());
            Matrices.store(start, axes, low * rows.dimension());
            matrices.timesTransposed(rows.segment(), rows.count(), axes, low, rows.dimension(), shadow.segment());
            this.pool = new TrainingPool(
                    new NeighbourOrder(crew, matrices, shadow, TrainingPool.run(rows.count())),
                    rows.count(),
                    blocks * ListwiseGradient.BLOCK,
                    Math.min(ANCHORS, rows.count() / 4),
                    new SplittableRandom(SEED));
        }

        private static float scale(double deviation) {
            return (float) (1 / Math.max(1e-6, TEMPERATURE * deviation));
        }

        LinearTransform descend() {
            Adam adam = new Adam(start.length);
            float[] weights = start.clone();
            float[] average = start.clone();
            double pcaRecall = recall(pca);
            double bestRecall = pcaRecall;
            LinearTransform best = pca;
            long begin = System.nanoTime();
            int step = 0;
            int measured = 0;
            for (double done = 0; done < 1; ) {
                step(adam, weights, average, ++step, done);
                done = progress(step, System.nanoTime() - begin);
                if (Math.floor(done * MEASUREMENTS) > measured) {
                    measured = (int) Math.floor(done * MEASUREMENTS);
                    LinearTransform candidate = map(average, step);
                    double recall = recall(candidate);
                    if (recall >= bestRecall && recall > pcaRecall) {
                        bestRecall = recall;
                        best = candidate;
                    }
                }
            }
            return best == pca
                    ? pca.with("pca: %d steps of distill were no better on held-out rows".formatted(step))
                    : best;
        }

        /** The mean over all sizes the map must be good at. */
        private double recall(LinearTransform map) {
            double sum = 0;
            for (int size : sizes) {
                sum += heldOut.recall(size == dims ? map : map.leading(size));
            }
            return sum / sizes.length;
        }

        /** The share of the budget that is used up, 1 at its end. */
        private double progress(int steps, long nanos) {
            return Math.min(1, budget.steps() > 0 ? (double) steps / budget.steps() : nanos / 1e9 / budget.seconds());
        }

        private void step(Adam adam, float[] weights, float[] average, int step, double done) {
            double rate = RATE * (1 - (1 - LAST_RATE) * done);
            adam.descend(weights, gradient(weights), rate * relativeScale());
            float kept = (float) Math.min(AVERAGING, (step - 1.0) / step);
            for (int i = 0; i < weights.length; i++) {
                average[i] = weights[i] + kept * (average[i] - weights[i]);
            }
        }

        /** Adam's steps are in the units of the weights, of which PCA's have a root mean square of 1/√d. */
        private double relativeScale() {
            return Math.sqrt(384.0 / rows.dimension());
        }

        private float[] gradient(float[] weights) {
            pool.next();
            float[] sum = new float[weights.length];
            for (int i = 0; i < losses.length; i++) {
                float[] gradient = new float[sizes[i] * rows.dimension()];
                losses[i].compute(weights, pool.pool(), pool.anchors(), teacherScale, studentScale, gradient);
                for (int j = 0; j < gradient.length; j++) {
                    sum[j] += gradient[j];
                }
            }
            return sum;
        }

        private LinearTransform map(float[] weights, int steps) {
            return new LinearTransform(
                    score,
                    pca.mean(),
                    weights.clone(),
                    pca.spectrum(),
                    "distill of " + rows.count() + " rows, " + steps + " steps");
        }
    }
}
