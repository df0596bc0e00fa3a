package io.vecino.quantization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Vectors;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RotationTest {
    private final Random random = Vectors.random("RotationTest");

    @Test
    void keepsLengthsAndIsUndoneInEveryDimension() {
        for (int dimension = 1; dimension <= 257; dimension++) {
            Rotation rotation = new Rotation(dimension, 5);
            float[] vector = Vectors.gaussian(random, dimension, 1);
            float[] rotated = vector.clone();
            rotation.apply(rotated);
            assertEquals(Samples.length(vector), Samples.length(rotated), 1e-4, "d=" + dimension);
            rotation.invert(rotated);
            assertArrayEquals(vector, rotated, 1e-4f, "d=" + dimension);
        }
    }

    @Test
    void spreadsOneCoordinateOverAll() {
        for (int dimension : new int[] {96, 100, 384, 1000}) {
            float[] spike = new float[dimension];
            spike[random.nextInt(dimension)] = 1;
            new Rotation(dimension, 5).apply(spike);
            for (float value : spike) {
                assertTrue(Math.abs(value) < 12 / Math.sqrt(dimension), "d=" + dimension + ": " + value);
            }
        }
    }

    @Test
    void dependsOnTheSeed() {
        float[] first = Vectors.gaussian(random, 50, 1);
        float[] second = first.clone();
        new Rotation(50, 1).apply(first);
        new Rotation(50, 2).apply(second);
        assertTrue(Samples.distance(first, second) > 0.1);
    }
}
