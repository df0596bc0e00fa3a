package io.vecino.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Vectors;
import io.vecino.model.ProgressListener;
import io.vecino.model.TrainingBudget;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QueryAwareTrainerTest {
    private static final int D = 16;
    private static final int M = 4;

    private final Random random = Vectors.random("QueryAwareTrainerTest");
    private final Matrices matrices = new Matrices();

    @AfterEach
    void free() {
        matrices.close();
    }

    private Rows rows(int count) {
        return TrainingMemory.rows(matrices, Vectors.clustered(random, count, D));
    }

    /** Queries that look at the last coordinates only, in which the points vary least. */
    private Rows sideways(int count) {
        List<float[]> queries = Vectors.clustered(random, count, D);
        queries.forEach(query -> java.util.Arrays.fill(query, 0, D - M, 0));
        return TrainingMemory.rows(matrices, queries);
    }

    private Rows pointsOfFallingVariance(int count) {
        List<float[]> points = Vectors.clustered(random, count, D);
        for (float[] point : points) {
            for (int j = 0; j < D; j++) {
                point[j] /= (float) Math.sqrt(1 + j);
            }
        }
        return TrainingMemory.rows(matrices, points);
    }

    private static QueryAwareTrainer trainer(Optional<Rows> queries) {
        return new QueryAwareTrainer(M, new TrainingBudget(20, 0), queries, ProgressListener.NONE);
    }

    @Test
    void keepsTheInnerProductsThatTheQueriesAskFor() {
        Rows points = pointsOfFallingVariance(2000);
        Rows queries = sideways(400);
        HeldOut judge = new HeldOut(sideways(200), points, Similarity.DOT);
        double pca = judge.recall(new PcaTrainer(M).train(points, Similarity.DOT));
        try (Crew crew = new Crew()) {
            PairedTransform pair = LeastSquaresPair.of(points, queries, M, crew, matrices);
            assertTrue(judge.recall(pair) > pca + 0.3, "recall " + judge.recall(pair) + ", pca " + pca);
        }
        Transform trained = trainer(Optional.of(queries)).train(points, Similarity.DOT);
        assertTrue(judge.recall(trained) > pca, trained.origin());
    }

    @Test
    void leastSquaresInAllDimensionsKeepsEveryInnerProduct() {
        Rows points = rows(500);
        Rows queries = rows(200);
        try (Crew crew = new Crew()) {
            PairedTransform pair = LeastSquaresPair.of(points, queries, D, crew, matrices);
            MemorySegment images = matrices.floats(500L * D);
            MemorySegment image = matrices.floats(D);
            pair.points(points.segment(), 500, images, MemorySegment.NULL);
            for (int i = 0; i < 100; i++) {
                pair.query(queries.row(i), image);
                float expected = Similarity.DOT.score(queries.copyOf(i), points.copyOf(i));
                float got = Similarity.DOT.score(new Rows(image, 1, D).copyOf(0), new Rows(images, 500, D).copyOf(i));
                assertEquals(expected, got, 0.01 + 0.01 * Math.abs(expected));
            }
        }
    }

    @Test
    void saysWhatItFallsBackToWithoutQueriesAndWithTooFew() {
        Rows points = rows(700);
        String without = trainer(Optional.empty()).train(points, Similarity.DOT).origin();
        assertTrue(without.startsWith("no sample of queries: "), without);
        String few = trainer(Optional.of(rows(7))).train(points, Similarity.DOT).origin();
        assertTrue(few.startsWith("no 100 queries, only 7: "), few);
    }

    @ParameterizedTest
    @EnumSource(Similarity.class)
    void isRepeatableTellsAllCandidatesAndReadsBack(Similarity similarity) {
        Rows points = rows(1500);
        Rows queries = rows(300);
        Transform trained = trainer(Optional.of(queries)).train(points, similarity);
        assertTrue(trained.origin().contains("distill 0."), trained.origin());
        byte[] bytes = trained.toBytes();
        assertArrayEquals(
                bytes, trainer(Optional.of(queries)).train(points, similarity).toBytes());
        assertArrayEquals(bytes, Transforms.fromBytes(bytes).toBytes());
    }

    @Test
    void aPairReadsBackWhatItWroteAndNoticesDamage() {
        LinearTransform map = new PcaTrainer(M).train(rows(300), Similarity.L2);
        byte[] bytes = new PairedTransform(map, map).toBytes();
        assertArrayEquals(bytes, Transforms.fromBytes(bytes).toBytes());
        for (int i = 0; i < 50; i++) {
            byte[] damaged = bytes.clone();
            damaged[random.nextInt(bytes.length)] ^= 8;
            assertThrows(IllegalArgumentException.class, () -> Transforms.fromBytes(damaged));
        }
    }
}
