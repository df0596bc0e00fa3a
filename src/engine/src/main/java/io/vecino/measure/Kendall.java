package io.vecino.measure;

import io.vecino.collection.Found;
import io.vecino.model.PointId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Kendall's τ of two orders of the same points. */
final class Kendall {
    private Kendall() {}

    /**
     * Over all pairs of true neighbours that exact scores tell apart: +1 if the other order has them the same way round, −1
     * if not, 0 if it has neither (Fagin, Kumar, Sivakumar 2003, with neutral penalty). What it lacks comes after all that it has.
     *
     * @param truth best first
     * @return −1 to 1; 1 if there is no pair
     */
    static double tau(List<Found> truth, List<Found> order) {
        Map<PointId, Integer> positions = new HashMap<>();
        for (Found found : order) {
            positions.putIfAbsent(found.id(), positions.size());
        }
        int[] at = truth.stream()
                .mapToInt(found -> positions.getOrDefault(found.id(), Integer.MAX_VALUE))
                .toArray();
        long sum = 0;
        long pairs = 0;
        for (int i = 0; i < at.length; i++) {
            for (int j = i + 1; j < at.length; j++) {
                if (truth.get(i).score() > truth.get(j).score()) {
                    pairs++;
                    sum += Integer.compare(at[j], at[i]);
                }
            }
        }
        return pairs == 0 ? 1 : (double) sum / pairs;
    }
}
