package io.vecino.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vecino.Vectors;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ListwiseGradientTest {
    private static final int D = 9;
    private static final int M = 4;
    private static final int ROWS = 600;
    private static final int POOL = 512;
    private static final int[] ANCHORS = {3, 200, 255, 256, 400, 511};
    private static final int[] SIZES = {2, M};
    private static final float[] SHARES = {0.6f, 1};
    private static final float[] TEACHER = {1.3f, 0.9f, 1.1f, 1.2f, 0.8f, 1};
    private static final float STUDENT = 0.7f;

    private final Random random = Vectors.random("ListwiseGradientTest");
    private final Matrices matrices = new Matrices();
    private final Rows data = TrainingMemory.rows(matrices, Vectors.clustered(random, ROWS, D));
    private final int[] pool = IntStream.range(0, POOL).map(i -> ROWS - 1 - i).toArray();
    private final float[] weights = Vectors.gaussian(random, M * D, 0.5);

    @AfterEach
    void free() {
        matrices.close();
    }

    private float[] gradient(Similarity similarity, ReducedScore score, int threads) {
        try (Crew crew = new Crew(threads)) {
            float[] gradient = new float[M * D];
            new ListwiseGradient(crew, matrices, data, similarity, score, SIZES, SHARES, 2, ANCHORS.length)
                    .compute(weights, draw(), STUDENT, gradient);
            return gradient;
        }
    }

    private ListwiseGradient.Draw draw() {
        return new ListwiseGradient.Draw(
                pool, data, IntStream.of(ANCHORS).map(at -> pool[at]).toArray(), ANCHORS, TEACHER);
    }

    @ParameterizedTest
    @EnumSource(
            value = ReducedScore.class,
            names = {"COSINE", "IP", "CENTRED_L2"})
    void agreesWithFiniteDifferencesOfTheLoss(ReducedScore score) {
        Similarity similarity = score == ReducedScore.CENTRED_L2 ? Similarity.L2 : Similarity.DOT;
        assertGradient(gradient(similarity, score, 2), w -> loss(w, w, similarity, score), score);
    }

    @ParameterizedTest
    @EnumSource(
            value = ReducedScore.class,
            names = {"COSINE", "IP", "CENTRED_L2"})
    void agreesWithFiniteDifferencesWhereAnchorsHaveAMatrixOfTheirOwn(ReducedScore score) {
        Similarity similarity = score == ReducedScore.CENTRED_L2 ? Similarity.L2 : Similarity.DOT;
        float[] others = Vectors.gaussian(random, M * D, 0.5);
        float[] gradient = new float[M * D];
        float[] anchorGradient = new float[M * D];
        try (Crew crew = new Crew(2)) {
            new ListwiseGradient(crew, matrices, data, similarity, score, SIZES, SHARES, 2, ANCHORS.length)
                    .compute(weights, others, draw(), STUDENT, gradient, anchorGradient);
        }
        double[] a = doubles(others);
        assertGradient(gradient, w -> loss(w, a, similarity, score), score);
        float[] own = weights.clone();
        System.arraycopy(others, 0, weights, 0, others.length);
        assertGradient(anchorGradient, w -> loss(doubles(own), w, similarity, score), score);
    }

    private void assertGradient(float[] gradient, ToDoubleFunction<double[]> loss, ReducedScore score) {
        double largest = 0;
        for (float value : gradient) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int j = 0; j < weights.length; j++) {
            double[] w = doubles(weights);
            w[j] += 1e-4;
            double above = loss.applyAsDouble(w);
            w[j] -= 2e-4;
            double below = loss.applyAsDouble(w);
            assertEquals((above - below) / 2e-4, gradient[j], 2e-3 * largest, score + " weight " + j);
        }
    }

    private static double[] doubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    @Test
    void hasTheSameBitsWithAnyNumberOfThreads() {
        float[] one = gradient(Similarity.DOT, ReducedScore.COSINE, 1);
        assertArrayEquals(one, gradient(Similarity.DOT, ReducedScore.COSINE, 3));
    }

    private double loss(double[] w, double[] a, Similarity similarity, ReducedScore score) {
        double loss = 0;
        for (int s = 0; s < SIZES.length; s++) {
            for (int anchor = 0; anchor < ANCHORS.length; anchor++) {
                loss += SHARES[s] * loss(w, a, similarity, score, anchor, SIZES[s]) / ANCHORS.length;
            }
        }
        return loss;
    }

    private double loss(double[] w, double[] a, Similarity similarity, ReducedScore score, int anchor, int size) {
        float[] row = data.copyOf(pool[ANCHORS[anchor]]);
        double[] image = image(a, row, size, score.unit());
        double[] teacher = new double[POOL];
        double[] student = new double[POOL];
        for (int i = 0; i < POOL; i++) {
            boolean out = i == ANCHORS[anchor];
            double[] x = image(w, data.copyOf(pool[i]), size, score.unit());
            teacher[i] = out ? Double.NEGATIVE_INFINITY : TEACHER[anchor] * similarity.score(row, data.copyOf(pool[i]));
            student[i] =
                    out ? Double.NEGATIVE_INFINITY : STUDENT * TEACHER[anchor] * compare(image, x, score.similarity());
        }
        double logTeacher = logSumExp(teacher);
        double logStudent = logSumExp(student);
        double loss = 0;
        for (int i = 0; i < POOL; i++) {
            if (teacher[i] > Double.NEGATIVE_INFINITY) {
                loss += Math.exp(teacher[i] - logTeacher) * (teacher[i] - logTeacher - student[i] + logStudent);
            }
        }
        return loss;
    }

    private static double[] image(double[] w, float[] x, int size, boolean unit) {
        double[] image = new double[size];
        double norm = 0;
        for (int k = 0; k < size; k++) {
            for (int j = 0; j < D; j++) {
                image[k] += w[k * D + j] * x[j];
            }
            norm += image[k] * image[k];
        }
        for (int k = 0; unit && k < size; k++) {
            image[k] /= Math.sqrt(norm);
        }
        return image;
    }

    private static double compare(double[] a, double[] b, Similarity similarity) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum += similarity == Similarity.L2 ? -(a[k] - b[k]) * (a[k] - b[k]) : a[k] * b[k];
        }
        return sum;
    }

    private static double logSumExp(double[] values) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            largest = Math.max(largest, value);
        }
        double sum = 0;
        for (double value : values) {
            sum += Math.exp(value - largest);
        }
        return largest + Math.log(sum);
    }
}
