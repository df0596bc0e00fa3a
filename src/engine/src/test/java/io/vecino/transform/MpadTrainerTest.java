package io.vecino.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Vectors;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MpadTrainerTest {
    private final Random random = Vectors.random("MpadTrainerTest");
    private final Matrices matrices = new Matrices();

    @AfterEach
    void free() {
        matrices.close();
    }

    private List<float[]> elliptical(int count, int dimension) {
        return IntStream.range(0, count)
                .mapToObj(_ -> {
                    float[] vector = Vectors.gaussian(random, dimension, 1);
                    for (int j = 0; j < dimension; j++) {
                        vector[j] /= (float) (1 + j);
                    }
                    return vector;
                })
                .toList();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.5, 1})
    void theMeanOfTheSmallestGapsIsThatOfAllPairsSorted(double share) {
        float[] p = Vectors.gaussian(random, 101, 1);
        PairwiseGaps gaps = new PairwiseGaps(p.length, share);
        gaps.of(p);
        double[] all = IntStream.range(0, p.length)
                .boxed()
                .flatMap(i -> IntStream.range(0, i).mapToObj(j -> (double) Math.abs(p[i] - p[j])))
                .mapToDouble(gap -> gap)
                .sorted()
                .toArray();
        int selected = (int) Math.round(share * all.length);
        assertEquals(Arrays.stream(all, 0, selected).average().orElseThrow(), gaps.mean(), 1e-4);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, Double.POSITIVE_INFINITY})
    void theGradientAgreesWithFiniteDifferences(double penalty) {
        Rows rows = TrainingMemory.rows(matrices, Vectors.clustered(random, 300, 7));
        LinearTransform pca = new PcaTrainer(3).train(rows, Similarity.L2);
        MpadTrainer.Ascent ascent = new MpadTrainer(3, 1, penalty).new Ascent(rows, pca, matrices);
        float[] before = pca.matrix();
        float[] w = unit(Vectors.gaussian(random, 7, 1));
        float[] gradient = new float[7];
        ascent.evaluate(w, before, 2, gradient);
        for (int trial = 0; trial < 5; trial++) {
            float[] tangent = Vectors.gaussian(random, 7, 1);
            float radial = Similarity.DOT.score(tangent, w);
            for (int j = 0; j < 7; j++) {
                tangent[j] -= radial * w[j];
            }
            double along = Similarity.DOT.score(gradient, tangent);
            double difference = (at(ascent, w, tangent, 1e-3f, before) - at(ascent, w, tangent, -1e-3f, before)) / 2e-3;
            assertEquals(along, difference, 0.02 * Math.abs(along) + 5e-3);
        }
    }

    private static double at(MpadTrainer.Ascent ascent, float[] w, float[] tangent, float by, float[] before) {
        float[] moved = new float[w.length];
        for (int j = 0; j < w.length; j++) {
            moved[j] = w[j] + by * tangent[j];
        }
        return ascent.evaluate(unit(moved), before, 2, new float[w.length]);
    }

    private static float[] unit(float[] vector) {
        return Similarity.prepare(io.vecino.model.Metric.COSINE, vector);
    }

    @Test
    void fallsBackToPcaOnEllipticalDataAndSaysSo() {
        Rows rows = TrainingMemory.rows(matrices, elliptical(4000, 16));
        LinearTransform trained = new MpadTrainer(16).train(rows, Similarity.L2);
        assertTrue(trained.origin().startsWith("pca: mpad keeps"), trained.origin());
        LinearTransform pca = new PcaTrainer(16).train(rows, Similarity.L2);
        assertArrayEquals(pca.matrix(), trained.matrix());
    }

    @Test
    void marginsFallBackToPcaOnEllipticalDataOrSayWhatTheyKeep() {
        Rows rows = TrainingMemory.rows(matrices, elliptical(3000, 16));
        LinearTransform all = new MarginTrainer(16).train(rows, Similarity.L2);
        assertTrue(all.origin().startsWith("pca: margin keeps"), all.origin());
        Rows noisy = TrainingMemory.rows(matrices, withLoudNoise(3000));
        LinearTransform trained = new MarginTrainer(4).train(noisy, Similarity.L2);
        assertTrue(trained.origin().startsWith("margin: ") || trained.origin().startsWith("pca: margin keeps"));
    }

    private List<float[]> withLoudNoise(int count) {
        List<float[]> vectors = Vectors.clustered(random, count, 12);
        vectors.forEach(vector -> vector[11] = (float) (3 * random.nextGaussian()));
        return vectors;
    }

    @Test
    void givesUnitDirectionsThatAreOrthogonalInTheHardVariant() {
        Rows rows = TrainingMemory.rows(matrices, Vectors.clustered(random, 800, 12));
        LinearTransform pca = new PcaTrainer(4).train(rows, Similarity.L2);
        float[] directions = new MpadTrainer(4).new Ascent(rows, pca, matrices).climb();
        for (int a = 0; a < 4; a++) {
            for (int b = 0; b <= a; b++) {
                float product = Similarity.DOT.score(
                        Arrays.copyOfRange(directions, a * 12, a * 12 + 12),
                        Arrays.copyOfRange(directions, b * 12, b * 12 + 12));
                assertEquals(a == b ? 1 : 0, product, 1e-4);
            }
        }
        assertEquals(4, MpadTrainer.soft(4).train(rows, Similarity.L2).outputDimension());
    }
}
