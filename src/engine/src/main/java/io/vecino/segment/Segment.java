package io.vecino.segment;

import io.vecino.index.OrdinalFilter;
import io.vecino.model.PointId;
import io.vecino.model.SearchParams;
import io.vecino.payload.FilterPlan;
import io.vecino.selection.TopK;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A group of points under dense ordinals. Deletions carry the sequence number of their write, so that a search sees the
 * points of its own moment. Reference-counted: the creator holds the first reference, and whoever gives back the last one
 * frees the memory.
 */
public abstract sealed class Segment permits MutableSegment, SealedSegment {
    private final AtomicInteger references = new AtomicInteger(1);
    private final AtomicInteger deletions = new AtomicInteger();

    /** Takes a reference; the caller holds another one already. */
    public final void retain() {
        references.incrementAndGet();
    }

    /** Gives a reference back. */
    public final void release() {
        if (references.decrementAndGet() == 0) {
            free();
        }
    }

    abstract void free();

    /** Ordinals given out so far, deleted ones included. */
    public abstract int size();

    /** Ordinals deleted so far. */
    public final int deletions() {
        return deletions.get();
    }

    /** Native memory in bytes. */
    public abstract long bytes();

    /** The point under an ordinal. */
    public abstract PointId id(int ordinal);

    /** Whether every point is scored, by its original. */
    public abstract boolean exact();

    /** Whether what it finds is scored by the originals. */
    public abstract boolean scoresOriginals();

    /** Marks an ordinal as deleted by the write with this sequence number; done once per ordinal. */
    public final void delete(int ordinal, long sequence) {
        markDeleted(ordinal, sequence);
        deletions.incrementAndGet();
    }

    abstract void markDeleted(int ordinal, long sequence);

    /** Sequence number of the write that deleted an ordinal; {@link Long#MAX_VALUE} if none did. */
    public abstract long deletedAt(int ordinal);

    /**
     * The ordinal under which a point was put here last, deleted or not; -1 if it never was.
     *
     * @param key of {@link io.vecino.storage.PointKey}
     */
    public abstract int find(PointId id, byte[] key);

    /** Whether an ordinal was not deleted by any write so far. */
    public final boolean live(int ordinal) {
        return deletedAt(ordinal) == Long.MAX_VALUE;
    }

    /** The ordinals that are not deleted as of a write. */
    public final OrdinalFilter visibleAt(long sequence) {
        return deletions.get() == 0 ? OrdinalFilter.ALL : ordinal -> deletedAt(ordinal) > sequence;
    }

    /**
     * What filters can ask of the payloads.
     *
     * @param size ordinals below this are asked for
     */
    public abstract FilterPlan.Source fields(int size);

    /**
     * Finds the best points.
     *
     * @param query as it is compared
     * @param size ordinals below this are searched
     * @param accepted ordinals that may be found
     */
    public abstract TopK.Hits search(float[] query, int k, int size, OrdinalFilter accepted, SearchParams params);

    /** The same by looking at every point. */
    public abstract TopK.Hits scan(float[] query, int k, int size, OrdinalFilter accepted);

    /** Whether {@link #searchAll} is quicker than one search after the other. */
    public boolean sharesWork() {
        return false;
    }

    /**
     * Searches many queries: the same results.
     *
     * @return one result per query
     */
    public List<TopK.Hits> searchAll(
            List<float[]> queries, int k, int size, OrdinalFilter accepted, SearchParams params) {
        return queries.stream()
                .map(query -> search(query, k, size, accepted, params))
                .toList();
    }
}
