package io.vecino.collection;

import io.vecino.model.CollectionConfig;
import io.vecino.model.PointId;
import io.vecino.model.WriteResult;
import io.vecino.segment.MutableSegment;
import io.vecino.segment.Segment;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.PointStore;
import io.vecino.storage.StoredRow;
import io.vecino.transform.Similarity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The segments of a collection and where each point lives. Writers exclude each other; readers take the current snapshot
 * and never wait for a writer.
 */
final class SegmentSet {
    private final PointStore store;
    private final CollectionConfig config;
    private final NativeMemory memory;
    private final Map<PointId, Location> locations = new HashMap<>();
    private final List<Segment> segments = new ArrayList<>();
    private MutableSegment active;
    private long sequence;
    private volatile Snapshot current;

    SegmentSet(PointStore store, NativeMemory memory) {
        this.store = store;
        this.config = store.config();
        this.memory = memory;
        this.sequence = store.lastSequence();
        this.active = newMutable();
        segments.add(active);
        this.current = new Snapshot(sequence, segments, store.view());
    }

    private record Location(Segment segment, int ordinal) {}

    private MutableSegment newMutable() {
        return new MutableSegment(config.dimension(), Similarity.of(config.metric()), memory);
    }

    /** The current state, pinned until closed. */
    Snapshot acquire() {
        Snapshot snapshot = current;
        while (!snapshot.retain()) {
            snapshot = current;
        }
        return snapshot;
    }

    /** Points in the segment being filled, deleted ones included. */
    synchronized int activeSize() {
        return active.size();
    }

    /** @param valid rows with distinct ids, whose sequence number is given here */
    synchronized WriteResult upsert(List<StoredRow> valid) {
        long next = sequence + 1;
        List<StoredRow> rows = valid.stream().map(row -> row.at(next)).toList();
        active.reserve(rows.size());
        store.write(rows, List.of(), next);
        rows.forEach(this::place);
        sequence = next;
        publish();
        return new WriteResult(rows.size(), next);
    }

    synchronized WriteResult delete(List<PointId> ids) {
        List<PointId> present =
                ids.stream().distinct().filter(locations::containsKey).toList();
        if (present.isEmpty()) {
            return new WriteResult(0, 0);
        }
        long next = sequence + 1;
        store.write(List.of(), present, next);
        for (PointId id : present) {
            Location old = locations.remove(id);
            if (old != null) {
                old.segment().delete(old.ordinal(), next);
            }
        }
        sequence = next;
        publish();
        return new WriteResult(present.size(), next);
    }

    /** Adds a point that the store already holds; seen by readers after {@link #publish}. */
    synchronized void restore(StoredRow row) {
        active.reserve(1);
        place(row);
    }

    private void place(StoredRow row) {
        float[] compared = Similarity.prepare(config.metric(), row.vector());
        Location placed = new Location(active, active.append(row.id(), compared));
        Location old = locations.put(row.id(), placed);
        if (old != null) {
            old.segment().delete(old.ordinal(), row.sequence());
        }
    }

    /** Makes the state of this moment the one that readers get. */
    synchronized void publish() {
        Snapshot old = current;
        current = new Snapshot(sequence, segments, store.view());
        old.close();
    }

    /** Starts a new segment to fill and returns the state before, pinned; its segments grow no more. */
    synchronized Snapshot freeze() {
        if (active.size() > 0) {
            active = newMutable();
            segments.add(active);
            publish();
        }
        return acquire();
    }

    /**
     * Puts a sealed segment in the place of others. Points written or deleted since it was built keep their newer state.
     *
     * @param built from what {@code replaced} held as of some snapshot; its first reference passes to this set
     */
    synchronized void replace(List<Segment> replaced, Segment built) {
        for (int ordinal = 0; ordinal < built.size(); ordinal++) {
            PointId id = built.id(ordinal);
            Location location = locations.get(id);
            if (location != null && replaced.contains(location.segment())) {
                locations.put(id, new Location(built, ordinal));
            } else {
                built.delete(ordinal, 0);
            }
        }
        segments.removeAll(replaced);
        segments.addFirst(built);
        publish();
        replaced.forEach(Segment::release);
    }

    /** Sealed segments now. */
    synchronized long sealedCount() {
        return segments.stream()
                .filter(segment -> !(segment instanceof MutableSegment))
                .count();
    }

    synchronized void close() {
        current.close();
        segments.forEach(Segment::release);
        segments.clear();
    }
}
