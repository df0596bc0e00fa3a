package io.vecino.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Vectors;
import io.vecino.model.ProgressListener;
import io.vecino.model.TrainingBudget;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NetworkLayersTest {
    private static final int ROWS = 70;
    private static final int IN = 5;
    private static final int OUT = 3;

    private final Random random = Vectors.random("NetworkLayersTest");
    private final Matrices matrices = new Matrices();
    private final Crew crew = new Crew(2);
    private final HeapProducts products = new HeapProducts(crew, matrices);

    @AfterEach
    void free() {
        crew.close();
        matrices.close();
    }

    @Test
    void productsOfAnyShapeAgreeWithTheDefinition() {
        for (int[] shape : new int[][] {{1, 1, 1}, {65, 3, 7}, {130, 17, 33}}) {
            float[] a = Vectors.gaussian(random, shape[0] * shape[2], 1);
            float[] b = Vectors.gaussian(random, shape[1] * shape[2], 1);
            float[] c = new float[shape[0] * shape[1]];
            products.timesTransposed(a, shape[0], b, shape[1], shape[2], c);
            for (int i = 0; i < c.length; i++) {
                double expected = 0;
                for (int k = 0; k < shape[2]; k++) {
                    expected += (double) a[i / shape[1] * shape[2] + k] * b[i % shape[1] * shape[2] + k];
                }
                assertEquals(expected, c[i], 1e-4);
            }
        }
    }

    /** The sum of the values of a layer and a norm, each times a weight. */
    private double value(float[] rows, float[] weights, float[] layer) {
        float[] out = new DenseLayer(products, IN, OUT, layer).forward(rows.clone(), ROWS);
        float[] normed = new BatchNorm(OUT).forward(out, ROWS);
        double sum = 0;
        for (int i = 0; i < normed.length; i++) {
            sum += (double) weights[i] * normed[i];
        }
        return sum;
    }

    @Test
    void gradientsThroughALayerAndANormAgreeWithFiniteDifferences() {
        float[] rows = Vectors.gaussian(random, ROWS * IN, 1);
        float[] weights = Vectors.gaussian(random, ROWS * OUT, 1);
        float[] layer = Vectors.gaussian(random, IN * OUT, 1);
        DenseLayer dense = new DenseLayer(products, IN, OUT, layer);
        BatchNorm norm = new BatchNorm(OUT);
        norm.forward(dense.forward(rows, ROWS), ROWS);
        float[] gradient = dense.backward(norm.backward(weights.clone(), ROWS), ROWS);
        for (int i = 0; i < 20; i++) {
            float[] above = rows.clone();
            float[] below = rows.clone();
            above[i] += 1e-2f;
            below[i] -= 1e-2f;
            double expected = (value(above, weights, layer) - value(below, weights, layer)) / 2e-2;
            assertEquals(expected, gradient[i], 0.02 * Math.abs(expected) + 5e-3);
        }
    }

    @Test
    void anAutoencoderKeepsNeighboursOfRowsInAPlane() {
        List<float[]> vectors = Vectors.clustered(random, 3000, 12);
        for (float[] vector : vectors) {
            for (int j = 3; j < 12; j++) {
                vector[j] = vector[j % 3] + 0.5f * vector[(j + 1) % 3];
            }
        }
        Rows rows = TrainingMemory.rows(matrices, vectors);
        Transform trained =
                new AutoencoderTrainer(3, new TrainingBudget(300, 0), ProgressListener.NONE).train(rows, Similarity.L2);
        double recall = new HeldOut(rows.slice(0, 300), rows.slice(300, 2700), Similarity.L2).recall(trained);
        assertTrue(recall > 0.3, trained.origin() + ": " + recall);
    }

    @Test
    void kernelPcaKeepsNeighboursOfRowsInAPlane() {
        List<float[]> vectors = Vectors.clustered(random, 2000, 3);
        Rows rows = TrainingMemory.rows(matrices, vectors);
        Transform trained = new KernelPcaTrainer(3).train(rows, Similarity.L2);
        double recall = new HeldOut(rows.slice(0, 200), rows.slice(200, 1800), Similarity.L2).recall(trained);
        assertTrue(recall > 0.2, trained.origin() + ": " + recall);
    }

    @Test
    void twinsAgreeAfterTldrAndBothFiguresAreTold() {
        Rows rows = TrainingMemory.rows(matrices, Vectors.clustered(random, 2000, 16));
        LinearTransform trained =
                new TldrTrainer(6, new TrainingBudget(30, 0), ProgressListener.NONE).train(rows, Similarity.L2);
        assertTrue(
                trained.origin().matches("tldr of \\d+ rows, 30 steps: 0\\.\\d+ of held-out neighbours, pca 0\\.\\d+"));
        double recall = new HeldOut(rows.slice(0, 200), rows.slice(200, 1800), Similarity.L2).recall(trained);
        assertTrue(recall > 0.2, trained.origin() + ": " + recall);
    }
}
