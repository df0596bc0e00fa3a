package io.vecino.quantization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Vectors;
import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import io.vecino.model.Pipeline;
import io.vecino.model.QuantizerSpec;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TcqTest {
    private static final int ROWS = 300;

    private final Random random = Vectors.random("TcqTest");
    private final Scratch scratch = new Scratch();

    @AfterEach
    void free() {
        scratch.close();
    }

    private Rows sample(int count, int dimension) {
        return Samples.clustered(random, count, dimension, scratch);
    }

    private static Quantizer train(int bytes, Rows rows, Similarity similarity) {
        return Quantizers.train(QuantizerSpec.parse("tcq:" + bytes), rows, similarity);
    }

    @ParameterizedTest
    @CsvSource({"1, 8", "2, 8", "3, 9", "7, 8", "17, 8", "33, 12", "64, 24", "97, 60", "100, 8", "257, 70", "8, 15"})
    void scoresDifferFromExactOnesByTheReconstructionErrorOnly(int dimension, int bytes) {
        for (Similarity similarity : Similarity.values()) {
            Rows rows = sample(ROWS, dimension);
            Quantizer quantizer = train(bytes, rows, similarity);
            assertEquals(bytes, quantizer.bytesPerVector());
            MemorySegment codes = Samples.encode(quantizer, rows, scratch);
            Rows decoded = Samples.decode(quantizer, codes, ROWS, scratch);
            Rows queries = sample(3, dimension);
            MemorySegment scores = scratch.floats(3L * ROWS);
            quantizer.scorer(queries.segment(), 3, scratch).score(codes, ROWS, scores);
            for (int q = 0; q < 3; q++) {
                MemorySegment alone = scratch.floats((long) ROWS);
                quantizer.scorer(queries.row(q), scratch).score(codes, ROWS, alone);
                MemorySegment own = scores.asSlice((long) q * ROWS * Float.BYTES, (long) ROWS * Float.BYTES);
                assertEquals(-1, own.mismatch(alone), "query " + q);
                float[] query = queries.copyOf(q);
                for (int i = 0; i < ROWS; i++) {
                    float score = own.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                    double expected = expected(similarity, query, rows.copyOf(i), decoded.copyOf(i), rows.mean());
                    assertEquals(expected, score, 1e-4 * (10 + Math.abs(expected)), similarity + " row " + i);
                }
            }
        }
    }

    /** L2 knows the length of the row itself, measured from the mean, and estimates the product only. */
    private static double expected(Similarity similarity, float[] query, float[] row, float[] decoded, float[] mean) {
        if (similarity == Similarity.DOT) {
            return Similarity.DOT.score(query, decoded);
        }
        double expected = 0;
        for (int j = 0; j < query.length; j++) {
            double q = (double) query[j] - mean[j];
            double x = (double) row[j] - mean[j];
            expected += 2 * q * ((double) decoded[j] - mean[j]) - q * q - x * x;
        }
        return expected;
    }

    /** A row's product with its code is its product with itself, as far as a byte's steps allow. */
    @Test
    void scoresARowAgainstItselfExactly() {
        Rows rows = sample(ROWS, 60);
        Quantizer quantizer = train(20, rows, Similarity.DOT);
        Rows decoded = Samples.decode(quantizer, Samples.encode(quantizer, rows, scratch), ROWS, scratch);
        for (int i = 0; i < ROWS; i++) {
            double own = Math.pow(Samples.length(rows.copyOf(i)), 2);
            double product = Similarity.DOT.score(rows.copyOf(i), decoded.copyOf(i));
            assertEquals(own, product, 0.02 * own, "row " + i);
        }
    }

    @Test
    void aCodeAsQueryScoresLikeItsReconstruction() {
        Rows rows = sample(ROWS, 40);
        Quantizer quantizer = train(16, rows, Similarity.L2);
        MemorySegment codes = Samples.encode(quantizer, rows, scratch);
        MemorySegment fromCodes = scratch.floats((long) ROWS * ROWS);
        quantizer.codeScorer(codes, ROWS, scratch).score(codes, ROWS, fromCodes);
        Rows decoded = Samples.decode(quantizer, codes, ROWS, scratch);
        MemorySegment fromRows = scratch.floats((long) ROWS * ROWS);
        quantizer.scorer(decoded.segment(), ROWS, scratch).score(codes, ROWS, fromRows);
        assertEquals(-1, fromCodes.mismatch(fromRows));
    }

    /** Known for 256 states and 2 bits: between the bound of 0.0625 and the best scalar quantizer's 0.1175. */
    @Test
    void losesLessOfNormalRowsThanAnyScalarQuantizerCould() {
        List<float[]> normal = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            normal.add(Vectors.gaussian(random, 128, 1));
        }
        Rows rows = Samples.of(normal, scratch);
        Quantizer quantizer = train(35, rows, Similarity.DOT);
        Rows fresh = Samples.of(
                java.util.stream.Stream.generate(() -> Vectors.gaussian(random, 128, 1))
                        .limit(100)
                        .toList(),
                scratch);
        Rows decoded = Samples.decode(quantizer, Samples.encode(quantizer, fresh, scratch), 100, scratch);
        double error = 0;
        for (int i = 0; i < 100; i++) {
            float[] x = fresh.copyOf(i);
            double cosine = Similarity.DOT.score(x, decoded.copyOf(i))
                    / (Samples.length(x) * Samples.length(decoded.copyOf(i)));
            error += (1 - cosine * cosine) / 100;
        }
        assertTrue(error > 0.0625 && error < 0.1175, "error " + error);
    }

    @Test
    void noPathIsBetterThanTheOneFound() {
        byte[] bits = {6, 5, 4, 3, 3, 2, 2, 1, 1, 1};
        float[] weights = new float[bits.length];
        Arrays.fill(weights, 1);
        weights[3] = 0.25f;
        Trellis trellis = Trellis.initial();
        Trellis.Search search = new Trellis.Search(bits, weights);
        for (int i = 0; i < 200; i++) {
            float[] target = Vectors.gaussian(random, bits.length, 1);
            int start = random.nextInt(Trellis.STATES);
            int[] found = search.find(trellis, target, start).clone();
            assertEquals(found[0] >> bits[0], start & ((Trellis.STATES >> bits[0]) - 1));
            double best = cost(trellis, bits, weights, target, found);
            int[] other = new int[bits.length];
            for (int t = 0; t < 50; t++) {
                int state = start;
                for (int j = 0; j < bits.length; j++) {
                    int own = random.nextInt(4) > 0 ? found[j] : random.nextInt(Trellis.STATES);
                    state = (state << bits[j] | (own & ((1 << bits[j]) - 1))) & (Trellis.STATES - 1);
                    other[j] = state;
                }
                assertTrue(best <= cost(trellis, bits, weights, target, other) + 1e-4);
            }
        }
    }

    private static double cost(Trellis trellis, byte[] bits, float[] weights, float[] target, int[] states) {
        double cost = 0;
        for (int j = 0; j < bits.length; j++) {
            cost += weights[j] * Math.pow(target[j] - trellis.values()[bits[j] - 1][states[j]], 2);
        }
        return cost;
    }

    @Test
    void readsBackWhatItWroteAndRefusesDamage() {
        QuantizerSpec spec = QuantizerSpec.parse("tcq:14");
        for (int count : new int[] {67, 1_300}) {
            Rows rows = sample(count, 24);
            Quantizer quantizer = Quantizers.train(spec, rows, Similarity.L2);
            byte[] bytes = quantizer.toBytes();
            Quantizer read = Quantizers.fromBytes(spec, 24, Similarity.L2, bytes);
            MemorySegment codes = Samples.encode(quantizer, rows, scratch);
            assertEquals(-1, codes.mismatch(Samples.encode(read, rows, scratch)));
            assertArrayEquals(bytes, read.toBytes());
            assertRefused(spec, 25, Similarity.L2, bytes);
            assertRefused(spec, 24, Similarity.DOT, bytes);
            assertRefused(QuantizerSpec.parse("tcq:15"), 24, Similarity.L2, bytes);
            assertRefused(spec, 24, Similarity.L2, Arrays.copyOf(bytes, bytes.length + 1));
            for (int i = 0; i < 100; i++) {
                byte[] damaged = bytes.clone();
                damaged[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                assertRefused(spec, 24, Similarity.L2, damaged);
                assertRefused(spec, 24, Similarity.L2, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
            }
        }
    }

    private static void assertRefused(QuantizerSpec spec, int dimension, Similarity similarity, byte[] bytes) {
        assertThrows(IllegalArgumentException.class, () -> Quantizers.fromBytes(spec, dimension, similarity, bytes));
    }

    @Test
    void trainsTheSameFromTheSameRows() {
        Rows rows = sample(ROWS, 30);
        assertArrayEquals(
                train(12, rows, Similarity.DOT).toBytes(),
                train(12, rows, Similarity.DOT).toBytes());
    }

    @Test
    void encodesExtremeRows() {
        float[] spike = new float[20];
        spike[7] = 3e4f;
        float[] far = new float[20];
        Arrays.fill(far, -1e9f);
        Rows usual = sample(ROWS, 20);
        Rows rows = Samples.of(List.of(new float[20], spike, far), scratch);
        for (Rows trainedOn : List.of(usual, rows)) {
            for (Similarity similarity : Similarity.values()) {
                Quantizer quantizer = train(15, trainedOn, similarity);
                MemorySegment codes = Samples.encode(quantizer, rows, scratch);
                for (int i = 0; i < 3; i++) {
                    for (float value :
                            Samples.decode(quantizer, codes, 3, scratch).copyOf(i)) {
                        assertTrue(Float.isFinite(value), "row " + i + ": " + value);
                    }
                }
            }
        }
    }

    @Test
    void namesWhatCannotTrainIt() {
        Rows none = new Rows(scratch.floats(8L), 0, 8);
        assertUntrainable("at least one row", none);
        Rows broken = sample(20, 8);
        broken.segment().setAtIndex(ValueLayout.JAVA_FLOAT, 8 * 3 + 5, Float.NaN);
        assertUntrainable("sample[3][5]: expected a finite value, got NaN", broken);
        float[] constant = new float[8];
        Arrays.fill(constant, 3);
        assertUntrainable("3 equal rows", Samples.of(List.of(constant, constant, constant), scratch));
        assertUntrainable("expected 6 to 2048 dimensions for tcq:13, got 5 dimensions", sample(20, 5));
        var error = assertThrows(
                EngineException.InvalidArgument.class,
                () -> CollectionConfig.of(4096, Metric.IP).with(Pipeline.parse("none/tcq:48")));
        assertEquals("pipeline: expected 41 to 2048 dimensions for tcq:48, got 4096 dimensions", error.getMessage());
    }

    private static void assertUntrainable(String reason, Rows rows) {
        var error = assertThrows(EngineException.InvalidArgument.class, () -> train(13, rows, Similarity.DOT));
        assertTrue(error.getMessage().contains(reason), error.getMessage());
    }

    @Test
    void twoRowsAreEnough() {
        Rows rows = sample(2, 16);
        Quantizer quantizer = train(12, rows, Similarity.L2);
        Rows decoded = Samples.decode(quantizer, Samples.encode(quantizer, rows, scratch), 2, scratch);
        for (int i = 0; i < 2; i++) {
            assertTrue(Samples.distance(rows.copyOf(i), decoded.copyOf(i)) < 0.5 * Samples.length(rows.copyOf(i)));
        }
    }
}
