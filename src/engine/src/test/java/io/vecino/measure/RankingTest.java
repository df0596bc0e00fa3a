package io.vecino.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.PointId;
import io.vecino.model.RankingQuality;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RankingTest {
    @Test
    void agreesWithTheFormulas() {
        Map<Integer, Set<PointId>> relevant =
                Map.of(0, Set.of(PointId.of(7), PointId.of(9)), 1, Set.of(PointId.of(5)), 2, Set.of());
        RankingQuality quality = Ranking.of(
                        relevant, query -> query == 0 ? FoundLists.of(1, 7, 2, 9) : FoundLists.of(1, 2, 3, 4), 4)
                .orElseThrow();
        double gain = 1 / log2(3) + 1 / log2(5);
        double best = 1 + 1 / log2(3);
        assertEquals(2, quality.queries());
        assertEquals(0.5, quality.hit());
        assertEquals(0.25, quality.reciprocalRank());
        assertEquals(gain / best / 2, quality.ndcg(), 1e-12);
    }

    private static double log2(double x) {
        return Math.log(x) / Math.log(2);
    }

    @Test
    void looksAtTheFirstKOnly() {
        RankingQuality quality = Ranking.of(Map.of(0, Set.of(PointId.of(3))), _ -> FoundLists.of(1, 2, 3), 2)
                .orElseThrow();
        assertEquals(0, quality.hit());
        assertTrue(Ranking.of(Map.of(), _ -> FoundLists.of(1), 2).isEmpty());
    }
}
