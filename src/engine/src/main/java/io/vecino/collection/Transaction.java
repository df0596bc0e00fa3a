package io.vecino.collection;

import io.vecino.model.PointId;
import io.vecino.segment.SealedSegment;
import io.vecino.storage.PointKey;
import io.vecino.storage.StoreBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes that are committed together, each under a sequence number of its own. For the writers' lock. */
final class Transaction implements AutoCloseable {
    private final SegmentSet segments;
    private final StoreBatch batch;
    private final List<Step> steps = new ArrayList<>();
    private final Map<PointId, Long> staged = new HashMap<>();
    private long sequence;
    private long added;
    private int rows;

    Transaction(SegmentSet segments, StoreBatch batch, long lastSequence) {
        this.segments = segments;
        this.batch = batch;
        this.sequence = lastSequence;
    }

    /**
     * What happens in memory once the batch is committed.
     *
     * @param point appended; null for a removal
     * @param old where the point was; null if nowhere, or where an earlier step of the transaction has put it
     */
    record Step(
            PointId id, @Nullable NewPoint point, @Nullable Location old, long sequence) {}

    /** Gives the following changes the next sequence number. */
    void begin() {
        sequence++;
    }

    /** Takes the number back if nothing was changed under it. */
    void end(int changes) {
        if (changes == 0) {
            sequence--;
        }
    }

    long sequence() {
        return sequence;
    }

    /** By how many the number of points grows. */
    long added() {
        return added;
    }

    List<Step> steps() {
        return steps;
    }

    StoreBatch batch() {
        return batch;
    }

    /** Makes room for points to be put, so that committing cannot fail for lack of memory. */
    void reserve(int count) {
        segments.reserve(rows + count);
        rows += count;
    }

    void put(NewPoint point) {
        Location old = displace(point.id(), point.key());
        if (point.stored()) {
            batch.putPayload(point.key(), point.payload(), sequence);
        } else {
            batch.put(point.key(), point.vector(), point.payload(), sequence);
        }
        Long before = staged.get(point.id());
        if (before == null ? old == null : before == 0) {
            added++;
        }
        staged.put(point.id(), sequence);
        steps.add(new Step(point.id(), point, old, sequence));
    }

    /** Removes a point; false if it is not there. */
    boolean remove(PointId id) {
        byte[] key = PointKey.encode(id);
        Long before = staged.get(id);
        Location old = displace(id, key);
        if (before == null ? old == null : before == 0) {
            return false;
        }
        batch.remove(key);
        added--;
        staged.put(id, 0L);
        steps.add(new Step(id, null, old, sequence));
        return true;
    }

    private @Nullable Location displace(PointId id, byte[] key) {
        if (staged.containsKey(id)) {
            return null;
        }
        Location old = segments.find(id, key);
        if (old != null && old.segment() instanceof SealedSegment segment) {
            batch.bury(segment.number(), old.ordinal(), sequence);
        }
        return old;
    }

    /** The version of a point as staged so far: 0 if it was removed, null if this transaction did not touch it. */
    @Nullable
    Long stagedVersion(PointId id) {
        return staged.get(id);
    }

    @Override
    public void close() {
        batch.close();
    }
}
