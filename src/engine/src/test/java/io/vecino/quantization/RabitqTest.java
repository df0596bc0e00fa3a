package io.vecino.quantization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Vectors;
import io.vecino.model.QuantizerSpec;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RabitqTest {
    private static final int ROWS = 300;
    private static final int QUERIES = 40;
    private static final int DIMENSION = 120;

    private final Random random = Vectors.random("RabitqTest");
    private final Scratch scratch = new Scratch();

    @AfterEach
    void free() {
        scratch.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void theEstimateIsUnbiasedAndStaysWithinItsBound(int bits) {
        Rows rows = Samples.clustered(random, ROWS, DIMENSION, scratch);
        Rows queries = Samples.clustered(random, QUERIES, DIMENSION, scratch);
        CentredQuantizer quantizer =
                (CentredQuantizer) Quantizers.train(QuantizerSpec.rabitq(bits), rows, Similarity.DOT);
        MemorySegment codes = Samples.encode(quantizer, rows, scratch);
        MemorySegment scores = scratch.floats((long) QUERIES * ROWS);
        quantizer.scorer(queries.segment(), QUERIES, scratch).score(codes, ROWS, scores);
        double sum = 0;
        double squares = 0;
        int beyond = 0;
        for (int i = 0; i < ROWS; i++) {
            int size = quantizer.bytesPerVector();
            MemorySegment code = codes.asSlice((long) i * size, size);
            float[] centre = quantizer.centre(code);
            for (int q = 0; q < QUERIES; q++) {
                float exact = Similarity.DOT.score(queries.copyOf(q), rows.copyOf(i));
                double error = scores.getAtIndex(ValueLayout.JAVA_FLOAT, (long) q * ROWS + i) - exact;
                double deviations = error / (quantizer.deviation(code) * Samples.distance(queries.copyOf(q), centre));
                sum += deviations;
                squares += deviations * deviations;
                beyond += Math.abs(deviations) > 3 ? 1 : 0;
            }
        }
        double pairs = (double) ROWS * QUERIES;
        // Errors of pairs with the same vector or query are correlated, hence the generous limits.
        assertEquals(0, sum / pairs, 0.15, bits + " bits: mean error in deviations");
        assertEquals(1, Math.sqrt(squares / pairs), 0.35, bits + " bits: deviation");
        assertTrue(beyond / pairs < 0.02, bits + " bits: " + beyond + " of " + pairs + " beyond three deviations");
    }
}
