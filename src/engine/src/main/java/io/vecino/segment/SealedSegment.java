package io.vecino.segment;

import io.vecino.index.TopK;
import io.vecino.index.VectorIndex;
import io.vecino.model.PointId;
import io.vecino.model.SearchParams;
import java.util.concurrent.atomic.AtomicLongArray;

/** An immutable group of compressed points behind an index; only deletions are added. */
public final class SealedSegment extends Segment {
    private final PointId[] ids;
    private final VectorIndex index;
    private final AtomicLongArray deletedAt;

    /** @param index over as many ordinals as there are ids; owned by the segment from here on */
    SealedSegment(PointId[] ids, VectorIndex index) {
        this.ids = ids;
        this.index = index;
        this.deletedAt = new AtomicLongArray(ids.length);
        for (int i = 0; i < ids.length; i++) {
            deletedAt.setPlain(i, Long.MAX_VALUE);
        }
    }

    @Override
    public int size() {
        return ids.length;
    }

    @Override
    public long bytes() {
        return index.bytes();
    }

    @Override
    public PointId id(int ordinal) {
        return ids[ordinal];
    }

    @Override
    void markDeleted(int ordinal, long sequence) {
        deletedAt.setOpaque(ordinal, sequence);
    }

    @Override
    long deletedAt(int ordinal) {
        return deletedAt.getOpaque(ordinal);
    }

    @Override
    public TopK.Hits search(float[] query, int k, int size, long sequence, SearchParams params) {
        return index.search(query, k, visibleAt(sequence), params);
    }

    @Override
    void free() {
        index.close();
    }
}
