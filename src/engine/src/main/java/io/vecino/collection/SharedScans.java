package io.vecino.collection;

import io.vecino.index.OrdinalFilter;
import io.vecino.model.SearchDeadline;
import io.vecino.model.SearchTrace;
import io.vecino.model.SearchTrace.Stage;
import io.vecino.selection.TopK;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Passes over a segment for several searches at once, where the index is quicker for it: codes are read once for all. */
final class SharedScans {
    /** Searches in one pass, which ends before the deadline is looked at again. */
    private static final int MOST_TOGETHER = 64;

    /** Candidates in one pass: they are held in native memory. */
    private static final int MOST_CANDIDATES = 1 << 22;

    private SharedScans() {}

    /** Gives the searches what they would find in the parts that are worth it. */
    static void run(Snapshot snapshot, List<Search> searches) {
        Map<Search.Shape, List<Search>> groups = new HashMap<>();
        for (Search search : searches) {
            search.shape()
                    .ifPresent(shape -> groups.computeIfAbsent(shape, _ -> new ArrayList<>())
                            .add(search));
        }
        groups.forEach((shape, group) -> {
            int most = Math.clamp(MOST_CANDIDATES / shape.asked(), 1, MOST_TOGETHER);
            for (int first = 0; most > 1 && first < group.size() - 1; first += most) {
                List<Search> together = group.subList(first, Math.min(group.size(), first + most));
                for (Snapshot.Part part : snapshot.parts()) {
                    if (part.segment().sharesWork()) {
                        long _ = SearchDeadline.remaining();
                        run(part, snapshot.sequence(), shape, together);
                    }
                }
            }
        });
    }

    private static void run(Snapshot.Part part, long sequence, Search.Shape shape, List<Search> group) {
        OrdinalFilter accepted = part.segment().visibleAt(sequence);
        List<float[]> queries = group.stream().map(Search::query).toList();
        int k = part.segment().scoresOriginals() ? shape.k() : shape.asked();
        SearchTrace trace = SearchTrace.current();
        long start = System.nanoTime();
        long transformed = trace == null ? 0 : trace.nanos(Stage.TRANSFORM);
        List<TopK.Hits> hits = part.segment().searchAll(queries, k, part.size(), accepted, shape.params());
        if (trace != null) {
            long nanos = System.nanoTime() - start;
            trace.add(Stage.TRAVERSE, nanos - (trace.nanos(Stage.TRANSFORM) - transformed));
        }
        for (int i = 0; i < group.size(); i++) {
            group.get(i).found(part, hits.get(i));
        }
    }
}
