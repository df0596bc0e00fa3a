package io.vecino.selection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vecino.Vectors;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopKTest {
    @Test
    void equalsSortingWithManyTies() {
        Random random = Vectors.random("TopKTest");
        for (int round = 0; round < 300; round++) {
            int n = random.nextInt(200);
            int k = 1 + random.nextInt(30);
            float[] scores = new float[n];
            TopK top = new TopK(k);
            for (int i = 0; i < n; i++) {
                scores[i] = random.nextInt(8);
                top.offer(scores[i], i);
            }
            int[] expected = IntStream.range(0, n)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer i) -> -scores[i])
                            .thenComparing(i -> i))
                    .limit(k)
                    .mapToInt(Integer::intValue)
                    .toArray();
            assertArrayEquals(expected, top.drain().ordinals());
        }
    }

    @Test
    void neverKeepsNaN() {
        TopK top = new TopK(2);
        top.offer(Float.NaN, 0);
        top.offer(1, 1);
        top.offer(2, 2);
        top.offer(Float.NaN, 3);
        assertArrayEquals(new int[] {2, 1}, top.drain().ordinals());
    }

    @Test
    void thresholdIsTheWorstKeptOnceFull() {
        TopK top = new TopK(2);
        top.offer(5, 0);
        assertEquals(Float.NEGATIVE_INFINITY, top.threshold());
        top.offer(3, 1);
        assertEquals(3, top.threshold());
    }

    @Test
    void refusesKBelowOne() {
        assertThrows(IllegalArgumentException.class, () -> new TopK(0));
    }
}
