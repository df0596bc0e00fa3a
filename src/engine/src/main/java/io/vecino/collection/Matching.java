package io.vecino.collection;

import io.vecino.model.Filter;
import io.vecino.model.PointId;
import io.vecino.payload.FilterMatch;
import io.vecino.payload.FilterPlan;
import io.vecino.payload.PayloadCodec;
import io.vecino.payload.Selection;
import io.vecino.storage.PointRow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/** Which points of a snapshot a filter means. Fields without an index are read from the store, point by point. */
final class Matching {
    private static final int READ_AHEAD = 1024;

    private final Snapshot snapshot;
    private final Filter filter;
    private final Lifecycle lifecycle;

    Matching(Snapshot snapshot, Filter filter, Lifecycle lifecycle) {
        this.snapshot = snapshot;
        this.filter = filter;
        this.lifecycle = lifecycle;
    }

    /** The ordinals of a part that match; deleted ones may be among them. */
    ImmutableRoaringBitmap ordinals(Snapshot.Part part) {
        Selection selection = FilterPlan.select(filter, part.segment().fields(part.size()));
        return selection.exact() ? selection.ordinals() : checked(part, selection.ordinals());
    }

    /** An upper bound of the number of points that match. */
    long atMost() {
        long count = 0;
        for (Snapshot.Part part : snapshot.parts()) {
            count += FilterPlan.select(filter, part.segment().fields(part.size()))
                    .ordinals()
                    .getCardinality();
        }
        return count;
    }

    private ImmutableRoaringBitmap checked(Snapshot.Part part, ImmutableRoaringBitmap candidates) {
        MutableRoaringBitmap found = new MutableRoaringBitmap();
        List<Integer> block = new ArrayList<>(READ_AHEAD);
        forEachVisible(part, candidates, ordinal -> {
            block.add(ordinal);
            if (block.size() == READ_AHEAD) {
                check(part, block, found);
            }
        });
        check(part, block, found);
        return found;
    }

    private void check(Snapshot.Part part, List<Integer> block, MutableRoaringBitmap found) {
        lifecycle.requireOpen();
        List<PointId> ids = block.stream().map(part.segment()::id).toList();
        List<@Nullable PointRow> rows = snapshot.view().rows(ids);
        for (int i = 0; i < rows.size(); i++) {
            PointRow row = rows.get(i);
            if (row != null && FilterMatch.holds(filter, row.id(), PayloadCodec.decode(row.payload()))) {
                found.add(block.get(i));
            }
        }
        block.clear();
    }

    /** Passes on the ordinals that the snapshot sees. */
    void forEachVisible(Snapshot.Part part, ImmutableRoaringBitmap ordinals, IntConsumer consumer) {
        var visible = part.segment().visibleAt(snapshot.sequence());
        ordinals.forEach((org.roaringbitmap.IntConsumer) ordinal -> {
            if (visible.accepts(ordinal)) {
                consumer.accept(ordinal);
            }
        });
    }

    /** Ids of the points that match, in no order. */
    List<PointId> ids() {
        List<PointId> ids = new ArrayList<>();
        for (Snapshot.Part part : snapshot.parts()) {
            forEachVisible(
                    part, ordinals(part), ordinal -> ids.add(part.segment().id(ordinal)));
        }
        return ids;
    }

    /** How many points match. */
    long count() {
        long[] count = {0};
        for (Snapshot.Part part : snapshot.parts()) {
            forEachVisible(part, ordinals(part), _ -> count[0]++);
        }
        return count[0];
    }
}
