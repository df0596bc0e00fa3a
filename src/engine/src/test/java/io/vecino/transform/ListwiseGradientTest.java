package io.vecino.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vecino.Vectors;
import java.util.Random;
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
    private static final float TEACHER = 1.3f;
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
            new ListwiseGradient(
                            crew, matrices, data, similarity, score, M, ANCHORS.length, POOL / ListwiseGradient.BLOCK)
                    .compute(weights, pool, ANCHORS, TEACHER, STUDENT, gradient);
            return gradient;
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ReducedScore.class,
            names = {"COSINE", "IP", "CENTRED_L2"})
    void agreesWithFiniteDifferencesOfTheLoss(ReducedScore score) {
        Similarity similarity = score == ReducedScore.CENTRED_L2 ? Similarity.L2 : Similarity.DOT;
        float[] gradient = gradient(similarity, score, 2);
        double largest = 0;
        for (float value : gradient) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int j = 0; j < weights.length; j++) {
            double[] w = IntStream.range(0, weights.length)
                    .mapToDouble(i -> weights[i])
                    .toArray();
            w[j] += 1e-4;
            double above = loss(w, similarity, score);
            w[j] -= 2e-4;
            double below = loss(w, similarity, score);
            assertEquals((above - below) / 2e-4, gradient[j], 2e-3 * largest, score + " weight " + j);
        }
    }

    @Test
    void hasTheSameBitsWithAnyNumberOfThreads() {
        float[] one = gradient(Similarity.DOT, ReducedScore.COSINE, 1);
        assertArrayEquals(one, gradient(Similarity.DOT, ReducedScore.COSINE, 3));
    }

    private double loss(double[] w, Similarity similarity, ReducedScore score) {
        double loss = 0;
        for (int anchor : ANCHORS) {
            double[] teacher = new double[POOL];
            double[] student = new double[POOL];
            double[] a = image(w, data.copyOf(pool[anchor]), score.unit());
            for (int i = 0; i < POOL; i++) {
                double[] x = image(w, data.copyOf(pool[i]), score.unit());
                teacher[i] = i == anchor
                        ? Double.NEGATIVE_INFINITY
                        : TEACHER * similarity.score(data.copyOf(pool[anchor]), data.copyOf(pool[i]));
                student[i] = i == anchor ? Double.NEGATIVE_INFINITY : STUDENT * compare(a, x, score.similarity());
            }
            double logTeacher = logSumExp(teacher);
            double logStudent = logSumExp(student);
            for (int i = 0; i < POOL; i++) {
                if (i != anchor) {
                    double p = Math.exp(teacher[i] - logTeacher);
                    loss += p * (teacher[i] - logTeacher - student[i] + logStudent) / ANCHORS.length;
                }
            }
        }
        return loss;
    }

    private static double[] image(double[] w, float[] x, boolean unit) {
        double[] image = new double[M];
        double norm = 0;
        for (int k = 0; k < M; k++) {
            for (int j = 0; j < D; j++) {
                image[k] += w[k * D + j] * x[j];
            }
            norm += image[k] * image[k];
        }
        for (int k = 0; unit && k < M; k++) {
            image[k] /= Math.sqrt(norm);
        }
        return image;
    }

    private static double compare(double[] a, double[] b, Similarity similarity) {
        double sum = 0;
        for (int k = 0; k < M; k++) {
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
