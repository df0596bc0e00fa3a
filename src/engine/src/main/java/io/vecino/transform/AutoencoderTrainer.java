package io.vecino.transform;

import io.vecino.model.ProgressListener;
import io.vecino.model.TrainingBudget;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/**
 * A small autoencoder (Hinton and Salakhutdinov 2006): one hidden layer of rectifiers on either side of a linear code,
 * trained by Adam on the squared error of what is decoded. What is trained is given back even where PCA keeps more
 * neighbours.
 */
public final class AutoencoderTrainer implements TransformTrainer {
    private static final long SEED = 0xAE;
    private static final int HIDDEN = 512;
    private static final int BATCH = 512;
    private static final double RATE = 1e-3;

    private final int dims;
    private final TrainingBudget budget;
    private final ProgressListener listener;

    /** @param budget seconds include everything but the last measurement */
    public AutoencoderTrainer(int dims, TrainingBudget budget, ProgressListener listener) {
        this.dims = dims;
        this.budget = budget;
        this.listener = listener;
    }

    @Override
    public Transform train(Rows sample, Similarity similarity) {
        long begin = System.nanoTime();
        try (Crew crew = new Crew();
                Matrices matrices = new Matrices()) {
            TrainingRows rows = TrainingRows.of(sample, "autoencoder", dims, matrices);
            Rows fitted = rows.fitted();
            Run run = new Run(fitted, new HeapProducts(crew, matrices));
            int steps = run.descend(begin);
            FeatureMap features = run.features();
            Rows few = fitted.slice(0, Math.min(4096, fitted.count()));
            MemorySegment hidden = matrices.floats((long) few.count() * HIDDEN);
            features.points(few.segment(), few.count(), hidden, MemorySegment.NULL);
            LinearTransform code = new LinearTransform(
                    ReducedScore.CENTRED_L2,
                    new Rows(hidden, few.count(), HIDDEN).mean(),
                    run.layers[1].weights().clone(),
                    new float[0],
                    "autoencoder of " + fitted.count() + " rows, " + steps + " steps");
            return new HeldOut(rows.heldOut(), fitted, similarity)
                    .best(features, code, ReducedScore.ofAnyMap(Similarity.DOT));
        }
    }

    /** One training, of rows less their mean in units of their standard deviation. */
    private final class Run {
        private final Rows rows;
        private final int d;
        private final int batch;
        private final float[] mean;
        private final float scale;
        private final SplittableRandom random = new SplittableRandom(SEED);
        private final DenseLayer[] layers;

        Run(Rows rows, HeapProducts products) {
            this.rows = rows;
            this.d = rows.dimension();
            this.batch = Math.min(BATCH, rows.count());
            this.mean = rows.mean();
            this.scale = (float) (1 / Math.max(1e-12, deviation()));
            int[] sizes = {d, HIDDEN, dims, HIDDEN, d};
            this.layers = new DenseLayer[sizes.length - 1];
            for (int i = 0; i < layers.length; i++) {
                layers[i] = new DenseLayer(
                        products, sizes[i], sizes[i + 1], DenseLayer.random(sizes[i], sizes[i + 1], random));
            }
        }

        private double deviation() {
            int few = Math.min(1000, rows.count());
            double squares = 0;
            for (int i = 0; i < few; i++) {
                squares -= Similarity.L2.score(rows.copyOf(i), mean);
            }
            return Math.sqrt(squares / few / d);
        }

        int descend(long begin) {
            TrainingClock clock = new TrainingClock(budget, begin);
            for (double done = 0; done < 1; done = clock.done()) {
                step();
                for (DenseLayer layer : layers) {
                    layer.descend(RATE * (1 - 0.95 * done));
                }
                clock.step();
                listener.at("autoencoder", clock.done());
            }
            return clock.steps();
        }

        private void step() {
            float[] input = new float[batch * d];
            for (int i = 0; i < batch; i++) {
                long at = (long) random.nextInt(rows.count()) * d * Float.BYTES;
                MemorySegment.copy(rows.segment(), ValueLayout.JAVA_FLOAT, at, input, i * d, d);
                for (int j = 0; j < d; j++) {
                    input[i * d + j] = (input[i * d + j] - mean[j]) * scale;
                }
            }
            float[] hidden = rectified(layers[0].forward(input, batch));
            float[] decoded = rectified(layers[2].forward(layers[1].forward(hidden, batch), batch));
            float[] output = layers[3].forward(decoded, batch);
            for (int i = 0; i < output.length; i++) {
                output[i] = 2 * (output[i] - input[i]) / batch;
            }
            float[] back = layers[3].backward(output, batch);
            back = layers[1].backward(layers[2].backward(stopped(back, decoded), batch), batch);
            layers[0].backward(stopped(back, hidden), batch);
        }

        private static float[] rectified(float[] values) {
            for (int i = 0; i < values.length; i++) {
                values[i] = Math.max(0, values[i]);
            }
            return values;
        }

        private static float[] stopped(float[] gradient, float[] values) {
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = values[i] > 0 ? gradient[i] : 0;
            }
            return gradient;
        }

        /** The encoder's hidden layer on rows as they are. */
        FeatureMap features() {
            float[] weights = layers[0].weights().clone();
            float[] offsets = layers[0].bias().clone();
            for (int i = 0; i < HIDDEN; i++) {
                for (int j = 0; j < d; j++) {
                    weights[i * d + j] *= scale;
                    offsets[i] -= weights[i * d + j] * mean[j];
                }
            }
            return FeatureMap.rectified(d, weights, offsets);
        }
    }
}
