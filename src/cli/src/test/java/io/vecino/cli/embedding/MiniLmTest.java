package io.vecino.cli.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MiniLmTest {
    @TempDir
    Path libraries;

    @Test
    void placesTextsOfOneMeaningTogetherInTheOrderGiven() {
        try (MiniLm model = new MiniLm(libraries)) {
            AtomicLong done = new AtomicLong();
            List<float[]> vectors = model.embed(
                    List.of("How do I sort a list?", "Orders the elements of a collection.", "Opens a network socket."),
                    done::addAndGet);
            assertEquals(3, done.get());
            assertEquals(model.dimension(), vectors.getFirst().length);
            assertEquals(1, product(vectors.get(0), vectors.get(0)), 1e-5);
            assertTrue(product(vectors.get(0), vectors.get(1)) > product(vectors.get(0), vectors.get(2)) + 0.1);
        }
    }

    private static double product(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
