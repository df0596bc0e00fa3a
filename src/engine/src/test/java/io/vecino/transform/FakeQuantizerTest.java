package io.vecino.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Vectors;
import io.vecino.model.EngineException;
import io.vecino.model.QuantizerSpec;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FakeQuantizerTest {
    private static final int DIMENSION = 200;

    private final Random random = Vectors.random("FakeQuantizerTest");

    private float[] normal() {
        float[] values = new float[DIMENSION];
        for (int j = 0; j < DIMENSION; j++) {
            values[j] = (float) random.nextGaussian();
        }
        return values;
    }

    private static double relativeError(String code, float[] image, float[] centre) {
        float[] rounded = image.clone();
        FakeQuantizer.of(QuantizerSpec.parse(code)).round(rounded, 1, DIMENSION, centre);
        double error = 0;
        double size = 0;
        for (int j = 0; j < DIMENSION; j++) {
            error += Math.pow(rounded[j] - image[j], 2);
            size += Math.pow(image[j] - centre[j], 2);
        }
        return error / size;
    }

    @ParameterizedTest
    @ValueSource(strings = {"rabitq:", "int"})
    void moreBitsLeaveLessError(String family) {
        float[] image = normal();
        float[] centre = normal();
        double before = 1;
        for (int bits : family.equals("int") ? new int[] {4, 6, 8} : new int[] {1, 2, 3, 4, 5, 6, 7, 8}) {
            double error = relativeError(family + bits, image, centre);
            assertTrue(error > 0 && error < before, bits + " bits: " + error + " after " + before);
            before = error;
        }
    }

    @Test
    void anglesKeepTheInnerProductOfAnImageWithItself() {
        float[] image = normal();
        for (int bits = 1; bits <= 8; bits++) {
            float[] rounded = image.clone();
            new FakeQuantizer(FakeQuantizer.Levels.ANGLE, bits).round(rounded, 1, DIMENSION, new float[DIMENSION]);
            double product = 0;
            double square = 0;
            for (int j = 0; j < DIMENSION; j++) {
                product += (double) rounded[j] * image[j];
                square += (double) image[j] * image[j];
            }
            assertEquals(square, product, 1e-4 * square);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"int4", "rabitq:2"})
    void theCentreItselfStaysAsItIs(String code) {
        float[] centre = normal();
        float[] image = centre.clone();
        FakeQuantizer.of(QuantizerSpec.parse(code)).round(image, 1, DIMENSION, centre);
        assertArrayEquals(centre, image);
    }

    @Test
    void otherCodesAreRefusedByName() {
        var error = assertThrows(
                EngineException.InvalidArgument.class, () -> FakeQuantizer.of(QuantizerSpec.parse("pq:8x4")));
        assertTrue(error.getMessage().contains("rabitq:1 to rabitq:8")
                && error.getMessage().contains("pq:8x4"));
    }
}
