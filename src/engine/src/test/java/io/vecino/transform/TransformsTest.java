package io.vecino.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Vectors;
import io.vecino.model.EngineException;
import io.vecino.model.Pipeline;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransformsTest {
    private final Random random = Vectors.random("TransformsTest");
    private final Matrices matrices = new Matrices();

    @AfterEach
    void free() {
        matrices.close();
    }

    private static Pipeline pipeline(String transforms) {
        return Pipeline.parse(transforms + "/f32");
    }

    private float[] images(Transform transform, Rows rows) {
        MemorySegment out = matrices.floats((long) rows.count() * transform.outputDimension());
        MemorySegment biases = transform.biased() ? matrices.floats(rows.count()) : MemorySegment.NULL;
        transform.points(rows.segment(), rows.count(), out, biases);
        return out.toArray(ValueLayout.JAVA_FLOAT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pca:5",
                "distill:5@5",
                "distill:5:3@5",
                "mpad:5",
                "margin:5",
                "leanvec:5@4",
                "tldr:5@3",
                "kpca:5",
                "autoencoder:5@3",
                "kpca:8+rotate",
                "abtt:1+autoencoder:6@2+truncate:4",
                "truncate:5",
                "random:5",
                "whiten:5",
                "abtt:2",
                "rotate",
                "pca:8+rotate",
                "abtt:1+pca:6+rotate",
                "pca:8+truncate:4",
                "distill:8:4@5+truncate:4+rotate"
            })
    void everyMethodIsRepeatableAndReadsBackWhatItWrote(String text) {
        Rows sample = TrainingMemory.rows(matrices, Vectors.clustered(random, 1200, 20));
        for (Similarity similarity : Similarity.values()) {
            Transform transform = Transforms.train(pipeline(text), sample, similarity);
            assertEquals(pipeline(text).outputDimension(20), transform.outputDimension());
            byte[] bytes = transform.toBytes();
            assertArrayEquals(
                    bytes, Transforms.train(pipeline(text), sample, similarity).toBytes());
            Transform read = Transforms.fromBytes(pipeline(text), 20, similarity, bytes);
            assertEquals(transform.scoreName(), read.scoreName());
            assertEquals(transform.origin(), read.origin());
            assertArrayEquals(images(transform, sample), images(read, sample));
            for (int i = 0; i < 50; i++) {
                byte[] damaged = bytes.clone();
                damaged[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                assertThrows(IllegalArgumentException.class, () -> Transforms.fromBytes(damaged));
                byte[] truncated = Arrays.copyOf(bytes, random.nextInt(bytes.length));
                assertThrows(IllegalArgumentException.class, () -> Transforms.fromBytes(truncated));
            }
        }
    }

    @Test
    void aTrainerIsShownASampleOfThePointsAndNoQueries() {
        var training = Arrays.stream(TransformTrainer.class.getMethods()).toList();
        assertEquals(1, training.size());
        assertEquals(
                List.of(Rows.class, Similarity.class),
                List.of(training.getFirst().getParameterTypes()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8, 20, 96, 100, 384})
    void aRotationKeepsLengthsAndDistances(int dimension) {
        Rows rows = TrainingMemory.rows(matrices, Vectors.clustered(random, 30, dimension));
        Transform rotation = new RandomRotation(dimension, Similarity.DOT, 5);
        MemorySegment out = matrices.floats(30L * dimension);
        rotation.points(rows.segment(), 30, out, MemorySegment.NULL);
        Rows images = new Rows(out, 30, dimension);
        for (int i = 1; i < 30; i++) {
            float expected = Similarity.DOT.score(rows.copyOf(0), rows.copyOf(i));
            assertEquals(expected, Similarity.DOT.score(images.copyOf(0), images.copyOf(i)), 1e-3 + 1e-4 * dimension);
        }
    }

    @Test
    void aRotationSpreadsASingleCoordinate() {
        float[] axis = new float[384];
        axis[7] = 1;
        float[] image =
                images(new RandomRotation(384, Similarity.DOT, 5), TrainingMemory.rows(matrices, List.of(axis)));
        for (float value : image) {
            assertTrue(Math.abs(value) < 0.3, "a coordinate of " + value);
        }
    }

    @Test
    void removingTheTopLeavesNothingAlongIt() {
        List<float[]> vectors = Vectors.clustered(random, 500, 10);
        vectors.forEach(vector -> vector[4] += (float) (50 * random.nextGaussian()));
        Rows rows = TrainingMemory.rows(matrices, vectors);
        Transform transform = Transforms.train(pipeline("abtt:1"), rows, Similarity.L2);
        float[] images = images(transform, rows);
        for (int i = 0; i < rows.count(); i++) {
            assertTrue(Math.abs(images[i * 10 + 4]) < 2, "left " + images[i * 10 + 4]);
        }
    }

    @Test
    void whitenedVariancesAreNearlyEqual() {
        Rows rows = TrainingMemory.rows(matrices, Vectors.clustered(random, 2000, 12));
        float[] images = images(Transforms.train(pipeline("whiten:3"), rows, Similarity.L2), rows);
        double[] squares = new double[3];
        for (int i = 0; i < images.length; i++) {
            squares[i % 3] += images[i] * images[i] / rows.count();
        }
        for (double square : squares) {
            assertEquals(1, square, 0.25);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pca:9",
                "distill:9@5",
                "mpad:9",
                "tldr:9@2",
                "kpca:9",
                "autoencoder:9@2",
                "truncate:9",
                "random:9",
                "whiten:9"
            })
    void refusesMoreDimensionsThanThereAreRowsMoreThanThereAreColumnsAndNaN(String text) {
        Rows few = TrainingMemory.rows(matrices, Vectors.clustered(random, 9, 12));
        Rows narrow = TrainingMemory.rows(matrices, Vectors.clustered(random, 700, 8));
        Rows bad = TrainingMemory.rows(matrices, Vectors.clustered(random, 700, 12));
        bad.segment().setAtIndex(ValueLayout.JAVA_FLOAT, 12 * 600 + 1, Float.NaN);
        for (Rows rows : List.of(few, narrow, bad)) {
            assertThrows(
                    EngineException.InvalidArgument.class,
                    () -> Transforms.train(pipeline(text), rows, Similarity.DOT));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pca:3",
                "distill:3@5",
                "mpad:3",
                "tldr:3@3",
                "kpca:3",
                "autoencoder:3@3",
                "truncate:3",
                "random:3",
                "whiten:3",
                "abtt:3"
            })
    void constantColumnsAndMissingDirectionsGiveFiniteImages(String text) {
        List<float[]> vectors = Vectors.clustered(random, 800, 8);
        vectors.forEach(vector -> Arrays.fill(vector, 2, 8, 0.5f));
        Rows rows = TrainingMemory.rows(matrices, vectors);
        for (Similarity similarity : Similarity.values()) {
            for (float value : images(Transforms.train(pipeline(text), rows, similarity), rows)) {
                assertTrue(Float.isFinite(value));
            }
        }
    }
}
