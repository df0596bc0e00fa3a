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
import org.junit.jupiter.params.provider.ValueSource;

class PqTest {
    private static final int ROWS = 600;

    private final Random random = Vectors.random("PqTest");
    private final Scratch scratch = new Scratch();

    @AfterEach
    void free() {
        scratch.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pq:1x8",
                "pq:5x8",
                "pq:15x8",
                "pq:30x8",
                "pq:1x4",
                "pq:5x4",
                "pq:6x4",
                "pq:15x4",
                "pq:30x4",
                "opq:5x8",
                "opq:15x4"
            })
    void scoresCodesLikeTheirReconstructionAndReadsBackWhatItWrote(String text) {
        QuantizerSpec spec = QuantizerSpec.parse(text);
        Rows rows = Samples.clustered(random, ROWS, 30, scratch);
        for (Similarity similarity : Similarity.values()) {
            Quantizer quantizer = Quantizers.train(spec, rows, similarity);
            int expected = spec.bits() == 8 ? spec.subquantizers() : (spec.subquantizers() + 1) / 2;
            assertEquals(expected, quantizer.bytesPerVector());
            MemorySegment codes = Samples.encode(quantizer, rows, scratch);
            Rows decoded = Samples.decode(quantizer, codes, ROWS, scratch);
            Rows queries = Samples.clustered(random, 3, 30, scratch);
            MemorySegment scores = scratch.floats(3L * ROWS);
            quantizer.scorer(queries.segment(), 3, scratch).score(codes, ROWS, scores);
            for (int q = 0; q < 3; q++) {
                for (int i = 0; i < ROWS; i++) {
                    float exact = similarity.score(queries.copyOf(q), decoded.copyOf(i));
                    float score = scores.getAtIndex(ValueLayout.JAVA_FLOAT, (long) q * ROWS + i);
                    assertEquals(exact, score, 1e-4 * (1 + Math.abs(exact)), text + " " + similarity);
                }
            }
            byte[] bytes = quantizer.toBytes();
            Quantizer read = Quantizers.fromBytes(spec, 30, similarity, bytes);
            assertArrayEquals(bytes, read.toBytes());
            assertEquals(-1, codes.mismatch(Samples.encode(read, rows, scratch)));
            byte[] damaged = bytes.clone();
            damaged[random.nextInt(bytes.length)] ^= 4;
            assertThrows(IllegalArgumentException.class, () -> Quantizers.fromBytes(spec, 30, similarity, damaged));
            byte[] truncated = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            assertThrows(IllegalArgumentException.class, () -> Quantizers.fromBytes(spec, 30, similarity, truncated));
        }
    }

    /** No other centroid of any part is nearer, so changing one part of a code cannot lower the error. */
    @Test
    void picksTheNearestCentroidOfEachPart() {
        Rows rows = Samples.clustered(random, ROWS, 12, scratch);
        Quantizer quantizer = Quantizers.train(QuantizerSpec.parse("pq:4x8"), rows, Similarity.L2);
        MemorySegment codes = Samples.encode(quantizer, rows, scratch);
        Rows decoded = Samples.decode(quantizer, codes, ROWS, scratch);
        for (int i = 0; i < ROWS; i++) {
            MemorySegment other = scratch.bytes(4);
            MemorySegment.copy(codes, i * 4L, other, 0, 4);
            other.set(ValueLayout.JAVA_BYTE, random.nextInt(4), (byte) random.nextInt(256));
            float[] changed = Samples.decode(quantizer, other, 1, scratch).copyOf(0);
            double error = Samples.distance(rows.copyOf(i), decoded.copyOf(i));
            assertTrue(error <= Samples.distance(rows.copyOf(i), changed) + 1e-5, "row " + i);
        }
    }

    /** One part has nearly all of the variance until it is rotated into the others. */
    @Test
    void aTrainedRotationLosesLess() {
        List<float[]> mixed = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            float[] vector = Vectors.gaussian(random, 16, 1);
            for (int j = 4; j < 16; j++) {
                vector[j] *= 0.1f;
            }
            mixed.add(vector);
        }
        Rows rows = Samples.of(mixed, scratch);
        double plain = error("pq:4x4", rows);
        double rotated = error("opq:4x4", rows);
        assertTrue(rotated < 0.9 * plain, rotated + " against " + plain);
    }

    private double error(String spec, Rows rows) {
        Quantizer quantizer = Quantizers.train(QuantizerSpec.parse(spec), rows, Similarity.L2);
        MemorySegment codes = Samples.encode(quantizer, rows, scratch);
        Rows decoded = Samples.decode(quantizer, codes, rows.count(), scratch);
        double sum = 0;
        for (int i = 0; i < rows.count(); i++) {
            sum += Math.pow(Samples.distance(rows.copyOf(i), decoded.copyOf(i)), 2);
        }
        return sum;
    }

    @Test
    void namesADimensionThatSubQuantizersDoNotDivide() {
        var error = assertThrows(
                EngineException.InvalidArgument.class,
                () -> CollectionConfig.of(384, Metric.IP).with(Pipeline.parse("none/pq:7x8")));
        assertEquals(
                "pipeline: expected a dimension divisible by 7 for pq:7x8, got 384 dimensions", error.getMessage());
        assertThrows(
                EngineException.InvalidArgument.class,
                () -> CollectionConfig.of(384, Metric.IP).with(Pipeline.parse("none/int8+refine:pq:7x8")));
        Rows rows = Samples.clustered(random, 300, 8, scratch);
        var untrainable = assertThrows(
                EngineException.InvalidArgument.class,
                () -> Quantizers.train(QuantizerSpec.parse("opq:3x8"), rows, Similarity.L2));
        assertEquals(
                "pipeline: expected a dimension divisible by 3 for opq:3x8, got 8 dimensions",
                untrainable.getMessage());
    }

    @Test
    void namesHowManyRowsAreMissing() {
        Rows rows = Samples.clustered(random, 255, 8, scratch);
        var error = assertThrows(
                EngineException.InvalidArgument.class,
                () -> Quantizers.train(QuantizerSpec.parse("pq:4x8"), rows, Similarity.L2));
        assertTrue(error.getMessage().contains("at least 256 rows to train pq:4x8, got 255 rows"), error.getMessage());
    }
}
