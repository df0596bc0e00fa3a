package io.vecino.quantization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Vectors;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizerTest {
    private static final int ROWS = 67;

    private final Random random = Vectors.random("QuantizerTest");
    private final Scratch scratch = new Scratch();

    @AfterEach
    void free() {
        scratch.close();
    }

    private Rows sample(int dimension) {
        MemorySegment segment = scratch.floats((long) ROWS * dimension);
        List<float[]> vectors = Vectors.clustered(random, ROWS, dimension);
        for (int i = 0; i < ROWS; i++) {
            MemorySegment.copy(
                    vectors.get(i), 0, segment, ValueLayout.JAVA_FLOAT, (long) i * dimension * Float.BYTES, dimension);
        }
        return new Rows(segment, ROWS, dimension);
    }

    private Rows roundTrip(Quantizer quantizer, MemorySegment codes, Rows rows) {
        quantizer.encode(rows.segment(), rows.count(), codes);
        MemorySegment decoded = scratch.floats((long) rows.count() * rows.dimension());
        quantizer.decode(codes, rows.count(), decoded);
        return new Rows(decoded, rows.count(), rows.dimension());
    }

    private MemorySegment codes(Quantizer quantizer) {
        return scratch.bytes((long) ROWS * quantizer.bytesPerVector());
    }

    @ParameterizedTest
    @EnumSource(QuantizerSpec.class)
    void decodesCloseToWhatItEncodedInEveryDimension(QuantizerSpec spec) {
        for (int dimension : new int[] {1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 64, 100, 257}) {
            Rows rows = sample(dimension);
            Quantizer quantizer = Quantizers.train(spec, rows);
            Rows decoded = roundTrip(quantizer, codes(quantizer), rows);
            for (int i = 0; i < ROWS; i++) {
                float[] x = rows.copyOf(i);
                float[] y = decoded.copyOf(i);
                double step = largestStep(spec, x, quantizer);
                for (int j = 0; j < dimension; j++) {
                    assertEquals(x[j], y[j], step, spec + " d=" + dimension + " row " + i);
                }
            }
        }
    }

    /** Half a quantization step of the row, with room for float32 rounding. */
    private static double largestStep(QuantizerSpec spec, float[] row, Quantizer quantizer) {
        double largest = 0;
        for (float value : row) {
            largest = Math.max(largest, Math.abs(value));
        }
        return switch (spec) {
            case F32 -> 0;
            case F16 -> largest / 2048;
            case INT8 -> {
                double mean = 0;
                for (float m : decodedMean(quantizer)) {
                    mean = Math.max(mean, Math.abs(m));
                }
                yield 2 * (largest + mean) / 255 * 0.51 + 1e-6;
            }
        };
    }

    private static float[] decodedMean(Quantizer quantizer) {
        float[] mean = new float[quantizer.dimension()];
        java.nio.ByteBuffer.wrap(quantizer.toBytes())
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(mean);
        return mean;
    }

    @ParameterizedTest
    @EnumSource(QuantizerSpec.class)
    void scoresACodeLikeItsReconstruction(QuantizerSpec spec) {
        for (Similarity similarity : Similarity.values()) {
            for (int dimension : new int[] {1, 5, 16, 48, 97}) {
                Rows rows = sample(dimension);
                Quantizer quantizer = Quantizers.train(spec, rows);
                MemorySegment codes = codes(quantizer);
                Rows decoded = roundTrip(quantizer, codes, rows);
                float[] query = Vectors.gaussian(random, dimension, 1);
                MemorySegment scores = scratch.floats((long) ROWS);
                quantizer.scorer(scratch.floats(query), similarity).score(codes, ROWS, scores);
                for (int i = 0; i < ROWS; i++) {
                    float expected = similarity.score(query, decoded.copyOf(i));
                    assertEquals(
                            expected,
                            scores.getAtIndex(ValueLayout.JAVA_FLOAT, i),
                            1e-4 * (1 + dimension),
                            spec + " " + similarity + " d=" + dimension);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(QuantizerSpec.class)
    void readsBackWhatItWrote(QuantizerSpec spec) {
        Rows rows = sample(24);
        Quantizer quantizer = Quantizers.train(spec, rows);
        Quantizer read = Quantizers.fromBytes(spec, 24, quantizer.toBytes());
        MemorySegment first = codes(quantizer);
        MemorySegment second = codes(read);
        quantizer.encode(rows.segment(), ROWS, first);
        read.encode(rows.segment(), ROWS, second);
        assertEquals(-1, first.mismatch(second));
        assertThrows(
                IllegalArgumentException.class,
                () -> Quantizers.fromBytes(spec, 24, new byte[quantizer.toBytes().length + 1]));
    }

    @Test
    void constantRowsSurviveInt8() {
        MemorySegment segment = scratch.floats(new float[] {0, 0, 0, 7, 7, 7, -3, -3, -3});
        Quantizer quantizer = Quantizers.train(QuantizerSpec.INT8, new Rows(segment, 3, 3));
        MemorySegment codes = scratch.bytes(3L * quantizer.bytesPerVector());
        quantizer.encode(segment, 3, codes);
        MemorySegment decoded = scratch.floats(9L);
        quantizer.decode(codes, 3, decoded);
        assertArrayEquals(segment.toArray(ValueLayout.JAVA_FLOAT), decoded.toArray(ValueLayout.JAVA_FLOAT), 1e-5f);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none/f32", "none/int8", "pca:8/f32", "pca:8/int8"})
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
