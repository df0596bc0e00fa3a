package io.vecino.measure;

import io.vecino.collection.Found;
import io.vecino.model.PointId;
import io.vecino.selection.TopK;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The best points per query over blocks of them, in the order of whatever score they are offered with. For one thread. */
final class BestFound {
    private static final Comparator<Found> BEST_FIRST =
            Comparator.comparingDouble((Found found) -> -found.score()).thenComparing(Found::id);

    private final int count;
    private final List<List<Found>> best = new ArrayList<>();

    BestFound(int queries, int count) {
        this.count = count;
        for (int i = 0; i < queries; i++) {
            best.add(List.of());
        }
    }

    /** Adds what was found in a block, per query. */
    void add(List<TopK.Hits> hits, List<PointId> ids) {
        for (int query = 0; query < hits.size(); query++) {
            TopK.Hits block = hits.get(query);
            List<Found> merged = new ArrayList<>(best.get(query));
            for (int i = 0; i < block.ordinals().length; i++) {
                merged.add(new Found(ids.get(block.ordinals()[i]), block.scores()[i]));
            }
            merged.sort(BEST_FIRST);
            best.set(query, List.copyOf(merged.subList(0, Math.min(count, merged.size()))));
        }
    }

    List<Found> of(int query) {
        return best.get(query);
    }

    static List<Found> sorted(List<Found> found) {
        return found.stream().sorted(BEST_FIRST).toList();
    }
}
