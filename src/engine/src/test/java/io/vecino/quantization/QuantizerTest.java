package io.vecino.quantization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Vectors;
import io.vecino.model.EngineException;
import io.vecino.model.Pipeline;
import io.vecino.model.QuantizerSpec;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizerTest {
    private static final int ROWS = 67;
    private static final int[] DIMENSIONS = {1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 64, 97, 100, 257};

    private final Random random = Vectors.random("QuantizerTest");
    private final Scratch scratch = new Scratch();

    @AfterEach
    void free() {
        scratch.close();
    }

    static Stream<QuantizerSpec> specs() {
        return Samples.specs();
    }

    private Rows sample(int dimension) {
        return Samples.clustered(random, ROWS, dimension, scratch);
    }

    /** What the mean error of reconstructions may be in 64 or more dimensions, in lengths of the vector. */
    private static double largestError(QuantizerSpec spec) {
        return switch (spec.method()) {
            case F32 -> 0;
            case F16 -> 1e-3;
            case BF16 -> 8e-3;
            case FP8E4M3 -> 0.04;
            case FP8E5M2 -> 0.08;
            case INT8 -> 0.02;
            case INT6 -> 0.08;
            case INT4 -> 0.35;
            case BINARY -> 2;
            case BINARY2 -> 1;
            case PQ, OPQ, TCQ -> throw new IllegalArgumentException(spec + " has a test of its own");
            case RABITQ -> 2 * Math.pow(2, -0.85 * (spec.bits() - 1));
        };
    }

    @ParameterizedTest
    @MethodSource("specs")
    void decodesCloseToWhatItEncoded(QuantizerSpec spec) {
        for (int dimension : new int[] {64, 97, 257}) {
            Rows rows = sample(dimension);
            Quantizer quantizer = Quantizers.train(spec, rows, Similarity.DOT);
            Rows decoded = Samples.decode(quantizer, Samples.encode(quantizer, rows, scratch), ROWS, scratch);
            double error = 0;
            for (int i = 0; i < ROWS; i++) {
                float[] x = rows.copyOf(i);
                error += Samples.distance(x, decoded.copyOf(i)) / Samples.length(x) / ROWS;
            }
            assertTrue(error <= largestError(spec), spec + " d=" + dimension + ": " + error);
        }
    }

    /** The estimate is exact but for ⟨q − c, x − x̂⟩, where c is the centre. */
    @ParameterizedTest
    @MethodSource("specs")
    void scoresDifferFromExactOnesByTheReconstructionErrorInEveryDimension(QuantizerSpec spec) {
        for (Similarity similarity : Similarity.values()) {
            for (int dimension : DIMENSIONS) {
                Rows rows = sample(dimension);
                Quantizer quantizer = Quantizers.train(spec, rows, similarity);
                MemorySegment codes = Samples.encode(quantizer, rows, scratch);
                Rows decoded = Samples.decode(quantizer, codes, ROWS, scratch);
                float[] query = Vectors.gaussian(random, dimension, 1);
                MemorySegment scores = scratch.floats((long) ROWS);
                quantizer.scorer(scratch.floats(query), scratch).score(codes, ROWS, scores);
                double reach = 2 * (Samples.length(query) + longest(rows) + longest(decoded));
                for (int i = 0; i < ROWS; i++) {
                    float exact = similarity.score(query, rows.copyOf(i));
                    double error = Samples.distance(rows.copyOf(i), decoded.copyOf(i));
                    assertEquals(
                            exact,
                            scores.getAtIndex(ValueLayout.JAVA_FLOAT, i),
                            reach * error + 2e-3 * reach * reach,
                            spec + " " + similarity + " d=" + dimension + " row " + i);
                }
            }
        }
    }

    private static double longest(Rows rows) {
        double longest = 0;
        for (int i = 0; i < rows.count(); i++) {
            longest = Math.max(longest, Samples.length(rows.copyOf(i)));
        }
        return longest;
    }

    @ParameterizedTest
    @MethodSource("specs")
    void scoresQueriesTogetherAsItScoresThemAlone(QuantizerSpec spec) {
        for (Similarity similarity : Similarity.values()) {
            Rows rows = sample(45);
            Quantizer quantizer = Quantizers.train(spec, rows, similarity);
            MemorySegment codes = Samples.encode(quantizer, rows, scratch);
            Rows queries = sample(45).slice(0, 5);
            MemorySegment together = scratch.floats(5L * ROWS);
            quantizer.scorer(queries.segment(), 5, scratch).score(codes, ROWS, together);
            for (int q = 0; q < 5; q++) {
                MemorySegment alone = scratch.floats((long) ROWS);
                quantizer.scorer(queries.row(q), scratch).score(codes, ROWS, alone);
                MemorySegment slice = together.asSlice((long) q * ROWS * Float.BYTES, (long) ROWS * Float.BYTES);
                assertEquals(-1, slice.mismatch(alone), spec + " query " + q);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("specs")
    void aCodeAsQueryScoresLikeItsReconstruction(QuantizerSpec spec) {
        Rows rows = sample(40);
        Quantizer quantizer = Quantizers.train(spec, rows, Similarity.L2);
        MemorySegment codes = Samples.encode(quantizer, rows, scratch);
        MemorySegment fromCodes = scratch.floats((long) ROWS * ROWS);
        quantizer.codeScorer(codes, ROWS, scratch).score(codes, ROWS, fromCodes);
        Rows decoded = Samples.decode(quantizer, codes, ROWS, scratch);
        MemorySegment fromRows = scratch.floats((long) ROWS * ROWS);
        quantizer.scorer(decoded.segment(), ROWS, scratch).score(codes, ROWS, fromRows);
        assertEquals(-1, fromCodes.mismatch(fromRows), spec.toString());
    }

    @ParameterizedTest
    @MethodSource("specs")
    void readsBackWhatItWroteAndRefusesDamage(QuantizerSpec spec) {
        Rows rows = sample(24);
        Quantizer quantizer = Quantizers.train(spec, rows, Similarity.L2);
        byte[] bytes = quantizer.toBytes();
        Quantizer read = Quantizers.fromBytes(spec, 24, Similarity.L2, bytes);
        MemorySegment codes = Samples.encode(quantizer, rows, scratch);
        assertEquals(-1, codes.mismatch(Samples.encode(read, rows, scratch)));
        assertArrayEquals(bytes, read.toBytes());
        assertRefused(spec, 25, Similarity.L2, bytes);
        assertRefused(spec, 24, Similarity.DOT, bytes);
        assertRefused(QuantizerSpec.parse(spec.toString().equals("int8") ? "int4" : "int8"), 24, Similarity.L2, bytes);
        assertRefused(spec, 24, Similarity.L2, Arrays.copyOf(bytes, bytes.length + 1));
        for (int i = 0; i < 100; i++) {
            byte[] damaged = bytes.clone();
            damaged[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            assertRefused(spec, 24, Similarity.L2, damaged);
            assertRefused(spec, 24, Similarity.L2, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
        }
    }

    private static void assertRefused(QuantizerSpec spec, int dimension, Similarity similarity, byte[] bytes) {
        assertThrows(IllegalArgumentException.class, () -> Quantizers.fromBytes(spec, dimension, similarity, bytes));
    }

    @ParameterizedTest
    @MethodSource("specs")
    void encodesExtremeRows(QuantizerSpec spec) {
        float[] spike = new float[20];
        spike[7] = 3e4f;
        List<float[]> vectors = List.of(new float[20], spike, constant(20, 7), constant(20, -3), constant(20, 1e-20f));
        Rows rows = Samples.of(vectors, scratch);
        Quantizer quantizer = Quantizers.train(spec, rows, Similarity.DOT);
        Rows decoded = Samples.decode(quantizer, Samples.encode(quantizer, rows, scratch), 5, scratch);
        for (int i = 0; i < 5; i++) {
            for (float value : decoded.copyOf(i)) {
                assertTrue(Float.isFinite(value), spec + " row " + i + ": " + value);
            }
        }
    }

    private static float[] constant(int dimension, float value) {
        float[] vector = new float[dimension];
        Arrays.fill(vector, value);
        return vector;
    }

    @Test
    void constantVectorsSurviveInt8() {
        Rows rows = Samples.of(List.of(constant(3, 0), constant(3, 7), constant(3, -3)), scratch);
        Quantizer quantizer = Quantizers.train(QuantizerSpec.parse("int8"), rows, Similarity.DOT);
        Rows decoded = Samples.decode(quantizer, Samples.encode(quantizer, rows, scratch), 3, scratch);
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(rows.copyOf(i), decoded.copyOf(i), 7f / 2048);
        }
    }

    @ParameterizedTest
    @MethodSource("specs")
    void refusesSamplesThatCannotTrain(QuantizerSpec spec) {
        Rows none = new Rows(scratch.floats(8L), 0, 8);
        assertUntrainable("at least one row", spec, none);
        Rows broken = sample(8);
        broken.segment().setAtIndex(ValueLayout.JAVA_FLOAT, 8 * 3 + 5, Float.NaN);
        assertUntrainable("sample[3][5]: expected a finite value, got NaN", spec, broken);
    }

    @ParameterizedTest
    @ValueSource(strings = {"int8", "int4", "fp8e4m3", "binary", "rabitq:4"})
    void refusesEqualRows(String spec) {
        Rows rows = Samples.of(List.of(constant(8, 1), constant(8, 1), constant(8, 1)), scratch);
        assertUntrainable("3 equal rows", QuantizerSpec.parse(spec), rows);
    }

    private static void assertUntrainable(String reason, QuantizerSpec spec, Rows rows) {
        var error =
                assertThrows(EngineException.InvalidArgument.class, () -> Quantizers.train(spec, rows, Similarity.DOT));
        assertTrue(error.getMessage().contains(reason), error.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "none/f32",
                "none/int8",
                "pca:8/f32",
                "pca:8/int8",
                "none/rabitq:1+refine:f16",
                "pca:8/int4+refine:int8"
            })
    void aTrainedPipelineSurvivesStorageAndRefusesDamage(String text) {
        Pipeline pipeline = Pipeline.parse(text);
        TrainedPipeline trained = TrainedPipeline.train(pipeline, sample(16), Similarity.DOT);
        byte[] bytes = trained.toBytes();
        TrainedPipeline read = TrainedPipeline.fromBytes(pipeline, 16, Similarity.DOT, bytes);
        assertArrayEquals(bytes, read.toBytes());
        assertTrue(read.bytesPerVector() > 0);
        for (int i = 0; i < 200; i++) {
            byte[] damaged = bytes.clone();
            damaged[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> TrainedPipeline.fromBytes(pipeline, 16, Similarity.DOT, damaged));
            byte[] truncated = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> TrainedPipeline.fromBytes(pipeline, 16, Similarity.DOT, truncated));
        }
    }
}
