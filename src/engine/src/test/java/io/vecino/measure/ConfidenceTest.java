package io.vecino.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Vectors;
import io.vecino.model.Interval;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConfidenceTest {
    @Test
    void coversTheTrueMeanAboutAsOftenAsItSays() {
        Random random = Vectors.random("ConfidenceTest");
        int covered = 0;
        int trials = 200;
        for (int trial = 0; trial < trials; trial++) {
            double[] recalls = new double[150];
            for (int i = 0; i < recalls.length; i++) {
                int hits = 0;
                for (int j = 0; j < 10; j++) {
                    hits += random.nextDouble() < 0.9 ? 1 : 0;
                }
                recalls[i] = hits / 10.0;
            }
            Interval interval = Confidence.ofMean(recalls);
            covered += interval.low() <= 0.9 && 0.9 <= interval.high() ? 1 : 0;
        }
        assertTrue(covered >= 0.88 * trials, covered + " of " + trials);
    }

    @Test
    void isNotCertainWhereAllQueriesAgree() {
        double[] all = new double[100];
        Arrays.fill(all, 1);
        Interval interval = Confidence.ofMean(all);
        assertEquals(1, interval.high());
        assertEquals(1 - 0.037, interval.low(), 0.001);
        Interval none = Confidence.ofMean(new double[100]);
        assertEquals(0.037, none.high(), 0.001);
        assertEquals(-0.037, none.low(), 0.001);
    }
}
