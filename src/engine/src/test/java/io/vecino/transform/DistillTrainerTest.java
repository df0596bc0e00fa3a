package io.vecino.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Vectors;
import io.vecino.model.Metric;
import io.vecino.model.ProgressListener;
import io.vecino.model.QuantizerSpec;
import io.vecino.model.TrainingBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DistillTrainerTest {
    private final Random random = Vectors.random("DistillTrainerTest");
    private final Matrices matrices = new Matrices();

    @AfterEach
    void free() {
        matrices.close();
    }

    private static LinearTransform train(Rows rows, Similarity similarity, int steps, Integer... prefixes) {
        return new DistillTrainer(6, List.of(prefixes), new TrainingBudget(steps, 0), ProgressListener.NONE)
                .train(rows, similarity);
    }

    /** Rows whose neighbours depend on directions of little variance: each is near its twin only. */
    private Rows twins(boolean unit) {
        List<float[]> vectors = Vectors.clustered(random, 3000, 24);
        for (int i = 1; i < vectors.size(); i += 2) {
            for (int j = 0; j < 24; j++) {
                vectors.get(i)[j] = vectors.get(i - 1)[j] + (float) (0.1 * random.nextGaussian());
            }
        }
        return TrainingMemory.rows(
                matrices,
                unit
                        ? vectors.stream()
                                .map(v -> Similarity.prepare(Metric.COSINE, v))
                                .toList()
                        : vectors);
    }

    @ParameterizedTest
    @EnumSource(Similarity.class)
    void keepsAtLeastAsManyNeighboursAsPca(Similarity similarity) {
        Rows rows = twins(similarity == Similarity.DOT);
        HeldOut others = new HeldOut(rows.slice(0, 300), rows.slice(300, 2700), similarity);
        double pca = others.recall(new PcaTrainer(6).train(rows, similarity));
        LinearTransform distilled = train(rows, similarity, 60);
        double recall = others.recall(distilled);
        assertTrue(recall > pca - 0.02, "pca " + pca + ", " + distilled.origin() + " " + recall);
    }

    @ParameterizedTest
    @ValueSource(strings = {"int8", "int4", "rabitq:1", "rabitq:4"})
    void throughAQuantizerItKeepsAtLeastAsManyNeighboursAsPcaToo(String code) {
        Rows rows = twins(true);
        HeldOut others = new HeldOut(rows.slice(0, 300), rows.slice(300, 2700), Similarity.DOT);
        double pca = others.recall(new PcaTrainer(6).train(rows, Similarity.DOT));
        LinearTransform distilled = new DistillTrainer(
                        6,
                        List.of(),
                        new TrainingBudget(60, 0),
                        Optional.of(FakeQuantizer.of(QuantizerSpec.parse(code))),
                        ProgressListener.NONE)
                .train(rows, Similarity.DOT);
        double recall = others.recall(distilled);
        assertTrue(recall > pca - 0.02, "pca " + pca + ", " + distilled.origin() + " " + recall);
    }

    @Test
    void theSameSampleAndStepsGiveTheSameBits() {
        Rows rows = twins(true);
        assertArrayEquals(
                train(rows, Similarity.DOT, 12, 3).toBytes(),
                train(rows, Similarity.DOT, 12, 3).toBytes());
    }

    @Test
    void aPoolOfNeighbourhoodsGivesTheSameBitsToo() {
        Rows rows = TrainingMemory.rows(matrices, Vectors.clustered(random, 4200, 10));
        assertArrayEquals(
                train(rows, Similarity.L2, 3).toBytes(),
                train(rows, Similarity.L2, 3).toBytes());
    }

    @Test
    void tellsHowFarItIsAndEndsAtItsTime() {
        List<Double> shares = new ArrayList<>();
        long start = System.nanoTime();
        new DistillTrainer(6, List.of(), new TrainingBudget(0, 1), (_, share) -> shares.add(share))
                .train(twins(true), Similarity.DOT);
        double seconds = (System.nanoTime() - start) / 1e9;
        assertEquals(shares.stream().sorted().toList(), shares);
        assertTrue(shares.getLast() > 0 && shares.getLast() <= 1, "ended at " + shares.getLast());
        assertTrue(seconds < 30, "a budget of 1 s took " + seconds + " s");
    }

    @Test
    void innerProductsOfVectorsOfAllLengthsAreDistilledOrPcaStays() {
        Rows rows = twins(false);
        LinearTransform trained = train(rows, Similarity.DOT, 20);
        assertTrue(trained.origin().startsWith("distill of") || trained.origin().startsWith("pca: "), trained.origin());
    }

    @Test
    void tooFewRowsGivePcaAndSaySo() {
        Rows rows = TrainingMemory.rows(matrices, Vectors.clustered(random, 300, 8));
        assertEquals(
                "pca: distill needs more than 512 rows",
                train(rows, Similarity.L2, 5).origin());
    }

    @Test
    void constantRowsGiveFiniteImages() {
        List<float[]> vectors = java.util.Collections.nCopies(700, new float[] {1, 0, 0, 0, 0, 0, 0, 0});
        Rows rows = TrainingMemory.rows(matrices, vectors);
        for (float value : train(rows, Similarity.DOT, 5).query(vectors.getFirst())) {
            assertTrue(Float.isFinite(value));
        }
    }
}
