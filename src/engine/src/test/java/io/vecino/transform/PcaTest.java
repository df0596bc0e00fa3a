package io.vecino.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Vectors;
import io.vecino.model.EngineException;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PcaTest {
    private final Random random = Vectors.random("PcaTest");
    private final Scratch scratch = new Scratch();

    @AfterEach
    void free() {
        scratch.close();
    }

    private Rows rows(List<float[]> vectors) {
        int dimension = vectors.getFirst().length;
        MemorySegment segment = scratch.floats((long) vectors.size() * dimension);
        for (int i = 0; i < vectors.size(); i++) {
            MemorySegment.copy(
                    vectors.get(i), 0, segment, ValueLayout.JAVA_FLOAT, (long) i * dimension * Float.BYTES, dimension);
        }
        return new Rows(segment, vectors.size(), dimension);
    }

    private float score(LinearTransform pca, float[] query, float[] point) {
        MemorySegment out = scratch.floats((long) pca.outputDimension());
        MemorySegment bias = scratch.floats(1L);
        pca.points(scratch.floats(point), 1, out, pca.biased() ? bias : MemorySegment.NULL);
        float base = pca.similarity().score(pca.query(query), out.toArray(ValueLayout.JAVA_FLOAT));
        return pca.biased() ? base + bias.getAtIndex(ValueLayout.JAVA_FLOAT, 0) : base;
    }

    @Test
    void correctedScoresAreTheOriginalOnesWhenNothingIsDropped() {
        Rows sample = rows(Vectors.clustered(random, 500, 16));
        LinearTransform pca = new PcaTrainer(16).train(sample, Similarity.DOT);
        float[] q = sample.copyOf(1);
        float constantOfQuery = 0;
        for (int i = 2; i < 40; i++) {
            float[] x = sample.copyOf(i);
            assertEquals(Similarity.L2.score(q, x), score(pca.with(ReducedScore.CORRECTED_L2), q, x), 1e-3);
            assertEquals(Similarity.L2.score(q, x), score(pca.with(ReducedScore.CENTRED_L2), q, x), 1e-3);
            float difference = Similarity.DOT.score(q, x) - score(pca.with(ReducedScore.CORRECTED_IP), q, x);
            constantOfQuery = i == 2 ? difference : constantOfQuery;
            assertEquals(constantOfQuery, difference, 1e-3, "the inner product is off by a constant of the query");
        }
    }

    @Test
    void findsThePlaneThatTheDataLieIn() {
        List<float[]> vectors = Vectors.clustered(random, 400, 12);
        for (float[] vector : vectors) {
            for (int j = 3; j < 12; j++) {
                vector[j] = vector[0] * j - vector[1] + 2 * vector[2];
            }
        }
        Rows sample = rows(vectors);
        LinearTransform pca = new PcaTrainer(3).train(sample, Similarity.L2);
        float[] variances = pca.spectrum();
        assertTrue(variances[3] < 1e-4 * variances[0], "the fourth variance is " + variances[3]);
        for (int i = 1; i < 20; i++) {
            float expected = Similarity.L2.score(sample.copyOf(0), sample.copyOf(i));
            assertEquals(expected, score(pca, sample.copyOf(0), sample.copyOf(i)), 1e-3 * Math.abs(expected) + 1e-3);
        }
    }

    @ParameterizedTest
    @EnumSource(ReducedScore.class)
    void readsBackWhatItWrote(ReducedScore score) {
        Rows sample = rows(Vectors.clustered(random, 200, 20));
        LinearTransform pca = (new PcaTrainer(7).train(sample, Similarity.DOT)).with(score);
        LinearTransform read = LinearTransform.fromBytes(pca.toBytes());
        assertEquals(score.id(), read.scoreName());
        assertArrayEquals(pca.query(sample.copyOf(3)), read.query(sample.copyOf(3)));
        assertArrayEquals(pca.spectrum(), read.spectrum());
    }

    @Test
    void everyFlippedBitAndEveryTruncationIsDetected() {
        byte[] bytes = new PcaTrainer(2)
                .train(rows(Vectors.clustered(random, 50, 5)), Similarity.DOT)
                .toBytes();
        for (int i = 0; i < 200; i++) {
            byte[] damaged = bytes.clone();
            damaged[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            assertThrows(IllegalArgumentException.class, () -> LinearTransform.fromBytes(damaged));
            byte[] truncated = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
            assertThrows(IllegalArgumentException.class, () -> LinearTransform.fromBytes(truncated));
        }
    }

    @Test
    void theSameSampleGivesTheSameTransform() {
        Rows sample = rows(Vectors.clustered(random, 300, 10));
        byte[] first = new PcaTrainer(4).train(sample, Similarity.DOT).toBytes();
        assertArrayEquals(first, new PcaTrainer(4).train(sample, Similarity.DOT).toBytes());
    }

    @Test
    void refusesTooFewRowsTooManyDimensionsAndNonFiniteValues() {
        Rows few = rows(Vectors.clustered(random, 4, 8));
        assertThrows(EngineException.InvalidArgument.class, () -> new PcaTrainer(4).train(few, Similarity.DOT));
        assertThrows(EngineException.InvalidArgument.class, () -> new PcaTrainer(9).train(few, Similarity.DOT));
        Rows bad = rows(Vectors.clustered(random, 40, 8));
        bad.segment().setAtIndex(ValueLayout.JAVA_FLOAT, 8 * 5 + 3, Float.NaN);
        var error =
                assertThrows(EngineException.InvalidArgument.class, () -> new PcaTrainer(2).train(bad, Similarity.DOT));
        assertEquals("sample[5][3]", error.field());
    }

    @Test
    void aStreamNeedsNoMoreMemoryThanABlockAndGivesTheSameComponents() {
        int d = 32;
        int blocks = 60;
        Rows block = rows(Vectors.clustered(random, 2000, d));
        Rows shown = new Rows(scratch.floats(2000L * d), 2000, d);
        RowStream stream = consumer -> {
            for (int i = 0; i < blocks; i++) {
                consumer.accept(scaled(block, i, shown));
            }
        };
        long all = (long) blocks * block.count() * d * Float.BYTES;
        NativeMemory memory = new NativeMemory(all / 10);
        LinearTransform streamed = new PcaTrainer(5).train(stream, block, Similarity.L2, memory);
        assertEquals("pca of 120000 rows", streamed.origin());
        // The shift is common to all columns: the first component is their sum, of variance about d · var(0..blocks−1).
        double shifts = d * (blocks * blocks - 1) / 12.0;
        assertTrue(streamed.spectrum()[0] > 0.9 * shifts, streamed.spectrum()[0] + " of " + shifts);
    }

    /** Column j times (d − j), shifted by the number of the block: a mean that the first block does not have. */
    private static Rows scaled(Rows block, int number, Rows copy) {
        int d = block.dimension();
        for (int i = 0; i < block.count() * d; i++) {
            float value = block.segment().getAtIndex(ValueLayout.JAVA_FLOAT, i) * (d - i % d) + number;
            copy.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
        }
        return copy;
    }

    @Test
    void aStreamAndAllRowsAtOnceAgree() {
        Rows sample = rows(Vectors.clustered(random, 1500, 12));
        RowStream stream = consumer -> {
            for (int first = 0; first < 1500; first += 100) {
                consumer.accept(sample.slice(first, 100));
            }
        };
        try (Crew crew = new Crew();
                Matrices matrices = new Matrices()) {
            Covariance whole = Covariance.of(sample, crew, matrices);
            Covariance parts = new Covariance(12, crew, matrices);
            stream.forEachBlock(parts::add);
            assertArrayEquals(whole.mean(), parts.mean(), 1e-4f);
            double[] expected = reference(sample);
            for (int j = 0; j < 144; j++) {
                assertEquals(expected[j], whole.matrix()[j], 1e-4 * expected[0] + 1e-4);
                assertEquals(expected[j], parts.matrix()[j], 1e-4 * expected[0] + 1e-4);
            }
        }
    }

    private static double[] reference(Rows rows) {
        int d = rows.dimension();
        double[] mean = new double[d];
        double[] sum = new double[d * d];
        for (int i = 0; i < rows.count(); i++) {
            for (int j = 0; j < d; j++) {
                mean[j] += rows.get(i, j) / (double) rows.count();
            }
        }
        for (int i = 0; i < rows.count(); i++) {
            for (int j = 0; j < d * d; j++) {
                sum[j] += (rows.get(i, j / d) - mean[j / d]) * (rows.get(i, j % d) - mean[j % d]) / (rows.count() - 1);
            }
        }
        return sum;
    }

    @Test
    void theRandomisedSpectrumIsTheLeadingPartOfTheWhole() {
        int d = 150;
        List<float[]> vectors = Vectors.clustered(random, 800, d);
        for (float[] vector : vectors) {
            for (int j = 0; j < d; j++) {
                vector[j] *= (float) Math.pow(0.9, j);
            }
        }
        try (Crew crew = new Crew();
                Matrices matrices = new Matrices()) {
            double[] covariance = Covariance.of(rows(vectors), crew, matrices).matrix();
            Spectrum whole = Spectrum.of(covariance.clone(), d);
            Spectrum leading = RandomizedSpectrum.of(covariance, d, 10, crew, matrices);
            for (int k = 0; k < 10; k++) {
                assertEquals(whole.values()[k], leading.values()[k], 1e-3 * whole.values()[0]);
            }
            for (int k = 0; k < 4; k++) {
                float[] expected = java.util.Arrays.copyOfRange(whole.leading(10), k * d, (k + 1) * d);
                float[] got = java.util.Arrays.copyOfRange(leading.leading(10), k * d, (k + 1) * d);
                assertEquals(1, Similarity.DOT.score(expected, got), 0.02, "component " + k);
            }
        }
    }

    @Test
    void wideRowsAreReducedByTheRandomisedMethod() {
        Rows sample = rows(Vectors.clustered(random, 300, 1100));
        LinearTransform pca = new PcaTrainer(8).train(sample, Similarity.L2);
        assertEquals(8, pca.outputDimension());
        assertEquals(8, pca.spectrum().length);
        assertTrue(pca.spectrum()[0] >= pca.spectrum()[7] && pca.spectrum()[7] > 0);
    }

    @Test
    void constantDataAreReducedWithoutInventingDirections() {
        List<float[]> vectors = java.util.stream.IntStream.range(0, 60)
                .mapToObj(_ -> new float[] {1, 2, 3, 4})
                .toList();
        LinearTransform pca = new PcaTrainer(2).train(rows(vectors), Similarity.L2);
        assertEquals(0, score(pca, vectors.getFirst(), vectors.getLast()), 1e-6);
        assertEquals(0, pca.spectrum()[0], 1e-6);
    }
}
