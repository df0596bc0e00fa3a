package io.vecino.transform;

import io.vecino.model.ProgressListener;
import io.vecino.model.TrainingBudget;
import io.vecino.selection.TopK;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Twin learning for dimensionality reduction (arXiv 2110.09455): a linear encoder, started at PCA, trained so that a
 * projection of a row and of one of its nearest neighbours agree in each coordinate while coordinates stay uncorrelated
 * (Barlow Twins, arXiv 2103.03230). The projector is thrown away. What is trained is given back even where PCA keeps more
 * neighbours: the origin has both figures.
 */
public final class TldrTrainer implements TransformTrainer {
    private static final long SEED = 0x71D6;
    private static final int NEIGHBOURS = 5;
    private static final int TWINS = 20_000;
    private static final int BATCH = 512;
    private static final int HIDDEN = 512;
    private static final float REDUNDANCY = 5e-3f;
    private static final double RATE = 1e-3;
    private static final int FEWEST_ROWS = 64;

    private final int dims;
    private final TrainingBudget budget;
    private final ProgressListener listener;

    /** @param budget seconds include everything, from PCA to the last measurement */
    public TldrTrainer(int dims, TrainingBudget budget, ProgressListener listener) {
        this.dims = dims;
        this.budget = budget;
        this.listener = listener;
    }

    @Override
    public LinearTransform train(Rows sample, Similarity similarity) {
        long begin = System.nanoTime();
        try (Crew crew = new Crew();
                Matrices matrices = new Matrices()) {
            TrainingRows rows = TrainingRows.of(sample, "tldr", dims, matrices);
            HeldOut heldOut = new HeldOut(rows.heldOut(), rows.fitted(), similarity);
            LinearTransform pca = heldOut.best(
                    new PcaTrainer(dims).fit(rows.fitted(), crew, matrices), ReducedScore.ofProjection(similarity));
            if (rows.fitted().count() < FEWEST_ROWS) {
                return pca.with("pca: tldr needs at least " + FEWEST_ROWS + " rows");
            }
            Run run = new Run(rows.fitted(), similarity, pca, new HeapProducts(crew, matrices));
            int steps = run.descend(begin);
            LinearTransform tldr = heldOut.best(
                    new LinearTransform(
                            ReducedScore.CENTRED_L2,
                            pca.mean(),
                            run.encoder.weights().clone(),
                            pca.spectrum(),
                            ""),
                    ReducedScore.ofAnyMap(similarity));
            return tldr.with("tldr of %d rows, %d steps: %.3f of held-out neighbours, pca %.3f"
                    .formatted(rows.fitted().count(), steps, heldOut.recall(tldr), heldOut.recall(pca)));
        }
    }

    /** One training. */
    private final class Run {
        private final Rows rows;
        private final int twins;
        private final List<TopK.Hits> nearest;
        private final int d;
        private final int batch;
        private final HeapProducts products;
        private final SplittableRandom random = new SplittableRandom(SEED);
        private final DenseLayer encoder;
        private final DenseLayer[] projector;
        private final BatchNorm hiddenNorm = new BatchNorm(HIDDEN);
        private final BatchNorm outputNorm = new BatchNorm(HIDDEN);

        Run(Rows rows, Similarity similarity, LinearTransform pca, HeapProducts products) {
            this.rows = rows;
            this.products = products;
            this.d = rows.dimension();
            this.twins = Math.min(TWINS, rows.count());
            this.batch = Math.min(BATCH, rows.count() / 2);
            this.nearest =
                    ExactNeighbours.of(rows, MemorySegment.NULL, rows.slice(0, twins), similarity, NEIGHBOURS + 1);
            this.encoder = new DenseLayer(products, d, dims, pca.matrix());
            this.projector = new DenseLayer[] {
                new DenseLayer(products, dims, HIDDEN, DenseLayer.random(dims, HIDDEN, random)),
                new DenseLayer(products, HIDDEN, HIDDEN, DenseLayer.random(HIDDEN, HIDDEN, random))
            };
        }

        int descend(long begin) {
            TrainingClock clock = new TrainingClock(budget, begin);
            for (double done = 0; done < 1; done = clock.done()) {
                double rate = RATE * (1 - 0.95 * done);
                step();
                encoder.descend(rate * Math.sqrt(384.0 / d));
                for (DenseLayer layer : projector) {
                    layer.descend(rate);
                }
                clock.step();
                listener.at("tldr", clock.done());
            }
            return clock.steps();
        }

        /** Both twins go through as one batch of 2 × {@code batch} rows: first the rows, then their neighbours. */
        private void step() {
            float[] pair = new float[2 * batch * d];
            for (int i = 0; i < batch; i++) {
                int row = random.nextInt(twins);
                copy(row, pair, i);
                copy(twin(row), pair, batch + i);
            }
            int both = 2 * batch;
            float[] image = encoder.forward(pair, both);
            float[] hidden =
                    hiddenNorm.forward(projector[0].forward(image, both), both).clone();
            for (int i = 0; i < hidden.length; i++) {
                hidden[i] = Math.max(0, hidden[i]);
            }
            float[] projected = projector[1].forward(hidden, both);
            float[] gradient = projector[1].backward(loss(projected, both), both);
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = hidden[i] > 0 ? gradient[i] : 0;
            }
            encoder.backward(projector[0].backward(hiddenNorm.backward(gradient, both), both), both);
        }

        private int twin(int row) {
            int[] found = nearest.get(row).ordinals();
            int twin = found[random.nextInt(found.length)];
            while (twin == row && found.length > 1) {
                twin = found[random.nextInt(found.length)];
            }
            return twin;
        }

        private void copy(int row, float[] to, int at) {
            MemorySegment.copy(rows.segment(), ValueLayout.JAVA_FLOAT, (long) row * d * Float.BYTES, to, at * d, d);
        }

        /** The gradient of Σ(1 − c_ii)² + λ Σ c_ij² over the cross-correlation c of the standardised twins. */
        private float[] loss(float[] projected, int both) {
            float[] z = outputNorm.forward(projected, both);
            int half = batch * HIDDEN;
            float[] a = HeapProducts.transposed(Arrays.copyOfRange(z, 0, half), batch, HIDDEN);
            float[] b = HeapProducts.transposed(Arrays.copyOfRange(z, half, 2 * half), batch, HIDDEN);
            float[] c = new float[HIDDEN * HIDDEN];
            products.timesTransposed(a, HIDDEN, b, HIDDEN, batch, c);
            for (int i = 0; i < HIDDEN; i++) {
                for (int j = 0; j < HIDDEN; j++) {
                    float correlation = c[i * HIDDEN + j] / batch;
                    c[i * HIDDEN + j] = i == j ? 2 * (correlation - 1) / batch : 2 * REDUNDANCY * correlation / batch;
                }
            }
            float[] gradient = new float[2 * half];
            float[] part = new float[half];
            float[] rowsOfB = HeapProducts.transposed(b, HIDDEN, batch);
            products.timesTransposed(rowsOfB, batch, c, HIDDEN, HIDDEN, part);
            System.arraycopy(part, 0, gradient, 0, half);
            float[] rowsOfA = HeapProducts.transposed(a, HIDDEN, batch);
            products.timesTransposed(rowsOfA, batch, HeapProducts.transposed(c, HIDDEN, HIDDEN), HIDDEN, HIDDEN, part);
            System.arraycopy(part, 0, gradient, half, half);
            return outputNorm.backward(gradient, both);
        }
    }
}
