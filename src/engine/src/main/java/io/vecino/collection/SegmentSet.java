package io.vecino.collection;

import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.MemoryUse;
import io.vecino.model.Payload;
import io.vecino.model.PointId;
import io.vecino.model.WriteResult;
import io.vecino.payload.FieldSchema;
import io.vecino.segment.MutableSegment;
import io.vecino.segment.SealedSegment;
import io.vecino.segment.Segment;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.PointKey;
import io.vecino.storage.PointStore;
import io.vecino.transform.Similarity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a collection. Writers exclude each other; readers take the current snapshot and never wait for a writer.
 * A point lives in at most one segment.
 */
final class SegmentSet {
    private final PointStore store;
    private final CollectionConfig config;
    private final FieldSchema schema;
    private final NativeMemory memory;
    private final List<Segment> segments = new ArrayList<>();
    private MutableSegment active;
    private long sequence;
    private long points;
    private volatile Snapshot current;

    SegmentSet(PointStore store, FieldSchema schema, NativeMemory memory) {
        this.store = store;
        this.config = store.config();
        this.schema = schema;
        this.memory = memory.on(MemoryUse.UNSEALED);
        this.sequence = store.lastSequence();
        this.active = newMutable();
        segments.add(active);
        this.current = new Snapshot(sequence, points, segments, store.view());
    }

    private MutableSegment newMutable() {
        return new MutableSegment(config.dimension(), Similarity.of(config.metric()), schema, memory);
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

    /** Points in no sealed segment, deleted ones included. */
    synchronized long unsealedSize() {
        return segments.stream()
                .filter(segment -> segment instanceof MutableSegment)
                .mapToLong(Segment::size)
                .sum();
    }

    /** Where a point lives, if it does; for writers. */
    synchronized @Nullable Location find(PointId id, byte[] key) {
        for (int i = segments.size() - 1; i >= 0; i--) {
            Segment segment = segments.get(i);
            int ordinal = segment.find(id, key);
            if (ordinal >= 0 && segment.live(ordinal)) {
                return new Location(segment, ordinal);
            }
        }
        return null;
    }

    /** Makes room for points to be appended; for writers. */
    synchronized void reserve(int rows) {
        active.reserve(rows);
    }

    /** Commits writes in their order, as few transactions as may be; each ends with its result or failure. */
    synchronized void commit(List<WriteQueue.Pending> group) {
        for (int next = 0; next < group.size(); ) {
            try (Transaction transaction = new Transaction(this, store.batch(), sequence)) {
                int first = next;
                List<WriteResult> results = new ArrayList<>();
                do {
                    results.add(stage(transaction, group.get(next)));
                    next++;
                } while (next < group.size()
                        && !group.get(next).write().alone()
                        && !group.get(next - 1).write().alone());
                commit(transaction, group.subList(first, next), results);
            }
        }
    }

    private WriteResult stage(Transaction transaction, WriteQueue.Pending pending) {
        transaction.begin();
        int changes = 0;
        try {
            changes = pending.write().stage(transaction, current);
        } catch (EngineException e) {
            pending.failed(e);
        }
        WriteResult result = new WriteResult(changes, changes == 0 ? 0 : transaction.sequence());
        transaction.end(changes);
        return result;
    }

    private void commit(Transaction transaction, List<WriteQueue.Pending> group, List<WriteResult> results) {
        if (!transaction.steps().isEmpty()) {
            try {
                transaction.batch().sequence(transaction.sequence());
                transaction.batch().commit();
            } catch (EngineException e) {
                group.forEach(pending -> pending.failed(e));
                return;
            }
            transaction.steps().forEach(this::apply);
            sequence = transaction.sequence();
            points += transaction.added();
            publish();
        }
        for (int i = 0; i < group.size(); i++) {
            group.get(i).done(results.get(i));
        }
    }

    private void apply(Transaction.Step step) {
        if (step.old() != null) {
            step.old().segment().delete(step.old().ordinal(), step.sequence());
        } else {
            int ordinal = active.find(step.id(), new byte[0]);
            if (ordinal >= 0 && active.live(ordinal)) {
                active.delete(ordinal, step.sequence());
            }
        }
        if (step.point() != null) {
            active.append(step.id(), step.point().compared(), step.point().fields());
        }
    }

    /** Adds a sealed segment that the store knows; seen by readers after {@link #publish}. */
    synchronized void restore(SealedSegment segment) {
        segments.addFirst(segment);
        points += segment.size() - segment.deletions();
    }

    /** Adds a point that the store holds and no segment does; seen by readers after {@link #publish}. */
    synchronized void restore(PointId id, float[] vector, Payload payload) {
        if (find(id, PointKey.encode(id)) == null) {
            active.reserve(1);
            active.append(id, Similarity.prepare(config.metric(), vector), schema.extract(payload));
            points++;
        }
    }

    /** Makes the state of this moment the one that readers get. */
    synchronized void publish() {
        Snapshot old = current;
        current = new Snapshot(sequence, points, segments, store.view());
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
     * Puts sealed segments in the place of others, durably. Points written or deleted since they were built keep their newer
     * state.
     *
     * @param built their first references pass to this set, unless this throws
     */
    synchronized void replace(List<SegmentBuild.Built> built, Manifests manifests, Manifests.Extra extra) {
        Set<Segment> replaced = new HashSet<>();
        List<Manifests.Added> added = new ArrayList<>();
        long sealedUpTo = 0;
        for (SegmentBuild.Built one : built) {
            replaced.addAll(one.replacement().segments());
            sealedUpTo = Math.max(sealedUpTo, one.replacement().sealedUpTo());
            if (one.segment() != null) {
                added.add(new Manifests.Added(one.segment(), one.replacement().dead()));
            }
        }
        manifests.publish(replaced, added, sealedUpTo, extra);
        segments.removeAll(replaced);
        for (Manifests.Added one : added) {
            one.dead().forEach(row -> one.segment().delete(row.ordinal(), row.sequence()));
            segments.addFirst(one.segment());
        }
        publish();
        for (Segment segment : replaced) {
            if (segment instanceof SealedSegment sealed && !extra.keepsReplaced()) {
                sealed.obsolete();
            }
            segment.release();
        }
    }

    synchronized void close() {
        current.close();
        segments.forEach(Segment::release);
        segments.clear();
    }
}
