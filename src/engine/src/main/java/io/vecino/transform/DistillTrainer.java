package io.vecino.transform;

import io.vecino.model.ProgressListener;
import io.vecino.model.TrainingBudget;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A linear map trained so that the similarities of images rank a row's neighbours as the full similarities do: it starts as
 * PCA and descends the listwise distillation loss of {@link ListwiseGradient} over pools of neighbourhoods. Linear
 * parametric SNE (van der Maaten, 2009) with a cosine, kin to similarity distillation (arXiv 2104.06918 and others).
 *
 * <p>Weights are averaged over steps and the average is measured on held-out rows ten times. Training ends when its budget is
 * used up, or early when nothing is left to win or recall has fallen three times below the best by more than chance. The
 * last average is kept unless an earlier one was better by more than chance; PCA if none is better than that. With prefixes,
 * losses are summed over them, the larger ones counting for more, so that the leading coordinates alone are a good map as well (Matryoshka representations,
 * arXiv 2205.13147).
 */
public final class DistillTrainer implements TransformTrainer {
    private static final long SEED = 0xD15711;
    private static final int ANCHORS = 512;
    private static final int BLOCKS = 12;
    private static final int GROUPS = 4;
    private static final int GROUP_BLOCKS = 2;
    private static final double RATE = 0.002;
    private static final double LAST_RATE = 0.05;
    private static final double AVERAGING = 0.998;
    private static final int MEASUREMENTS = 10;
    /** A size counts in the loss by this power of its share of the dimensions. */
    private static final double SHARE_POWER = 0.75;

    private static final int PATIENCE = 3;
    private static final double ENOUGH = 0.9995;
    /** Temperature in standard deviations of the similarity of random pairs: .04 for the cosines of sentence embeddings. */
    private static final double TEMPERATURE = 0.38;

    private static final int TREE_DIMENSION = 32;

    private final int dims;
    private final int[] sizes;
    private final TrainingBudget budget;
    private final Optional<FakeQuantizer> quantizer;
    private final ProgressListener listener;

    /**
     * Plans a training.
     *
     * @param prefixes smaller dimensions at which the map must be good too
     * @param budget seconds include everything, from PCA to the last measurement
     */
    public DistillTrainer(int dims, List<Integer> prefixes, TrainingBudget budget, ProgressListener listener) {
        this(dims, prefixes, budget, Optional.empty(), listener);
    }

    /**
     * The same for a map whose images are quantized: rows are compared through the quantizer while they train it. A map
     * with prefixes is trained without.
     */
    DistillTrainer(
            int dims,
            List<Integer> prefixes,
            TrainingBudget budget,
            Optional<FakeQuantizer> quantizer,
            ProgressListener listener) {
        this.dims = dims;
        this.sizes = IntStream.concat(prefixes.stream().mapToInt(prefix -> prefix), IntStream.of(dims))
                .sorted()
                .distinct()
                .toArray();
        this.budget = budget;
        this.quantizer = sizes.length == 1 ? quantizer : Optional.empty();
        this.listener = listener;
    }

    @Override
    public LinearTransform train(Rows sample, Similarity similarity) {
        long begin = System.nanoTime();
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
            return new Run(rows, similarity, pca, heldOut, crew, matrices).descend(begin);
        }
    }

    /** One training. */
    private final class Run {
        private final Rows rows;
        private final LinearTransform pca;
        private final HeldOut heldOut;
        private final ReducedScore score;
        private final ListwiseGradient loss;
        private final TrainingPool pool;
        private final float imageScale;
        private final float[] start;
        private final float[] gradient;

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
            this.score = ReducedScore.ofTraining(similarity, rows);
            this.start = quantizer.filter(FakeQuantizer::rotates).isPresent() ? rotated(pca.matrix()) : pca.matrix();
            this.gradient = new float[start.length];
            LinearTransform first = new LinearTransform(score, pca.mean(), start, new float[0], "");
            double full = Dispersion.ofSimilarities(rows, similarity);
            imageScale = score == ReducedScore.COSINE && Math.abs(Dispersion.meanNorm(rows) - 1) < 0.05
                    ? 1
                    : scale(Dispersion.ofSimilarities(rows, first)) / scale(full);
            float[] rowScales = new float[rows.count()];
            Arrays.fill(rowScales, scale(full));
            PoolShape shape = shape(rows.count());
            float[] shares = new float[sizes.length];
            for (int i = 0; i < shares.length; i++) {
                shares[i] = (float) Math.pow((double) sizes[i] / dims, SHARE_POWER);
            }
            this.loss = new ListwiseGradient(
                    crew,
                    matrices,
                    rows,
                    similarity,
                    score,
                    sizes,
                    shares,
                    shape.blocks(),
                    shape.anchors(),
                    quantizer.orElse(null));
            float[] axesOfTree = pca.matrix();
            int low = Math.min(TREE_DIMENSION, dims);
            Rows shadow = new Rows(matrices.floats((long) rows.count() * low), rows.count(), low);
            MemorySegment axes = matrices.floats((long) low * rows.dimension());
            Matrices.store(axesOfTree, axes, low * rows.dimension());
            matrices.timesTransposed(rows.segment(), rows.count(), axes, low, rows.dimension(), shadow.segment());
            this.pool = new TrainingPool(
                    new NeighbourOrder(crew, matrices, shadow, Math.max(1, shape.groupRows())),
                    rows,
                    rowScales,
                    shape,
                    new SplittableRandom(SEED));
        }

        private static PoolShape shape(int count) {
            int blocks = Math.min(BLOCKS, count / ListwiseGradient.BLOCK);
            int anchors = Math.min(ANCHORS, count / 4);
            return blocks < BLOCKS
                    ? new PoolShape(blocks, 0, 0, anchors)
                    : new PoolShape(blocks, GROUPS, GROUP_BLOCKS, anchors);
        }

        /** The map with its images rotated at random, as the quantizer will: a gradient must see the axes that it rounds. */
        private float[] rotated(float[] map) {
            int d = rows.dimension();
            try (Matrices scratch = new Matrices()) {
                float[] columns = new float[map.length];
                Matrices.transpose(map, dims, d, columns);
                MemorySegment images = scratch.floats(map.length);
                Matrices.store(columns, images, map.length);
                MemorySegment rotated = scratch.floats(map.length);
                new RandomRotation(dims, Similarity.DOT, SEED).points(images, d, rotated, MemorySegment.NULL);
                Matrices.load(rotated, columns, map.length);
                float[] turned = new float[map.length];
                Matrices.transpose(columns, d, dims, turned);
                return turned;
            }
        }

        private static float scale(double deviation) {
            return (float) (1 / Math.max(1e-6, TEMPERATURE * deviation));
        }

        LinearTransform descend(long begin) {
            Adam adam = new Adam(start.length);
            float[] weights = start.clone();
            float[] average = start.clone();
            double pcaRecall = recall(pca);
            LinearTransform best = pca;
            double bestRecall = pcaRecall;
            int misses = 0;
            int measured = 0;
            TrainingClock clock = new TrainingClock(budget, begin);
            for (double done = 0; done < 1 && misses < PATIENCE && bestRecall < ENOUGH; ) {
                clock.step();
                step(adam, weights, average, clock.steps(), done);
                done = clock.done();
                listener.at("distill", done);
                if (Math.floor(done * MEASUREMENTS) > measured) {
                    measured = (int) Math.floor(done * MEASUREMENTS);
                    LinearTransform candidate = map(average, clock.steps());
                    double recall = recall(candidate);
                    misses = recall < bestRecall - heldOut.noise(bestRecall) ? misses + 1 : 0;
                    if (misses == 0 && recall > pcaRecall) {
                        best = candidate;
                        bestRecall = Math.max(recall, bestRecall);
                    }
                }
            }
            return best == pca
                    ? pca.with("pca: %d steps of distill were no better on held-out rows".formatted(clock.steps()))
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
            loss.compute(weights, pool.next(), imageScale, gradient);
            return gradient;
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
