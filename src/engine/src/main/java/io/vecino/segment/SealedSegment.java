package io.vecino.segment;

import io.vecino.index.VectorIndex;
import io.vecino.model.PointId;
import io.vecino.model.SearchParams;
import io.vecino.selection.TopK;
import java.util.concurrent.atomic.AtomicLongArray;

/** An immutable group of compressed points behind an index; only deletions are added. */
public final class SealedSegment extends Segment {
    private final SegmentFolder folder;
    private final long number;
    private final int pipelineVersion;
    private final boolean exact;
    private final IdTable ids;
    private final VectorIndex index;
    private final AtomicLongArray deletedAt;
    private volatile boolean obsolete;

    /** @param index over as many ordinals as there are ids; owned by the segment from here on, like the ids */
    SealedSegment(
            SegmentFolder folder, long number, SegmentWriter.Blueprint blueprint, IdTable ids, VectorIndex index) {
        this.folder = folder;
        this.number = number;
        this.pipelineVersion = blueprint.version();
        this.exact = blueprint.exact();
        this.ids = ids;
        this.index = index;
        this.deletedAt = new AtomicLongArray(ids.size());
        for (int i = 0; i < ids.size(); i++) {
            deletedAt.setPlain(i, Long.MAX_VALUE);
        }
    }

    /** Names it in the manifest and in file names; never given twice in a collection. */
    public long number() {
        return number;
    }

    /** Version of the pipeline it was built with. */
    public int pipelineVersion() {
        return pipelineVersion;
    }

    @Override
    public boolean exact() {
        return exact;
    }

    /** Lets its files be removed when the last reference is given back. */
    public void obsolete() {
        obsolete = true;
    }

    @Override
    public int size() {
        return ids.size();
    }

    @Override
    public long bytes() {
        return index.bytes();
    }

    /** Bytes of its files. */
    public long fileBytes() {
        return folder.bytes(number);
    }

    /** Mapped bytes of the id table. */
    public long idBytes() {
        return ids.bytes();
    }

    @Override
    public PointId id(int ordinal) {
        return ids.id(ordinal);
    }

    @Override
    public int find(PointId id, byte[] key) {
        return ids.find(key);
    }

    @Override
    void markDeleted(int ordinal, long sequence) {
        deletedAt.setOpaque(ordinal, sequence);
    }

    @Override
    public long deletedAt(int ordinal) {
        return deletedAt.getOpaque(ordinal);
    }

    @Override
    public TopK.Hits search(float[] query, int k, int size, long sequence, SearchParams params) {
        return index.search(query, k, visibleAt(sequence), params);
    }

    @Override
    void free() {
        index.close();
        ids.close();
        if (obsolete) {
            folder.remove(number);
        }
    }
}
