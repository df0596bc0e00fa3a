package io.vecino.segment;

import io.vecino.index.OrdinalFilter;
import io.vecino.index.VectorIndex;
import io.vecino.model.IndexSpec;
import io.vecino.model.MemoryUse;
import io.vecino.model.PointId;
import io.vecino.model.SearchParams;
import io.vecino.payload.FieldIndex;
import io.vecino.payload.FieldsFile;
import io.vecino.payload.FilterPlan;
import io.vecino.selection.TopK;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.PointKey;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/** An immutable group of compressed points behind an index; only deletions are added. */
public final class SealedSegment extends Segment {
    private final SegmentFolder folder;
    private final long number;
    private final int pipelineVersion;
    private final boolean exact;
    private final IdTable ids;
    private final @Nullable FieldsFile fields;
    private final VectorIndex index;
    private final boolean scoresOriginals;
    private final AtomicLongArray deletedAt;
    private final NativeMemory.Charge mapped;
    private volatile boolean obsolete;

    /** @param index over as many ordinals as there are ids; owned by the segment from here on, like the ids */
    SealedSegment(
            SegmentFolder folder,
            long number,
            SegmentWriter.Blueprint blueprint,
            IdTable ids,
            @Nullable FieldsFile fields,
            VectorIndex index) {
        this.folder = folder;
        this.number = number;
        this.pipelineVersion = blueprint.version();
        this.exact = blueprint.exact();
        this.scoresOriginals = blueprint.scoresOriginals();
        this.ids = ids;
        this.fields = fields;
        this.index = index;
        long loaded = blueprint.index() instanceof IndexSpec.Faiss ? index.bytes() : 0;
        this.mapped =
                blueprint.memory().on(MemoryUse.MAPPED).chargeAnyway(index.bytes() - loaded + idBytes() + fieldBytes());
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

    @Override
    public boolean scoresOriginals() {
        return scoresOriginals;
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

    /** Mapped bytes of the field indexes. */
    public long fieldBytes() {
        return fields == null ? 0 : fields.bytes();
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
    public FilterPlan.Source fields(int size) {
        return new FilterPlan.Source() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public @Nullable FieldIndex field(String path) {
                return fields == null ? null : fields.field(path);
            }

            @Override
            public MutableRoaringBitmap ordinals(Set<PointId> wanted) {
                MutableRoaringBitmap found = new MutableRoaringBitmap();
                for (PointId id : wanted) {
                    int ordinal = ids.find(PointKey.encode(id));
                    if (ordinal >= 0) {
                        found.add(ordinal);
                    }
                }
                return found;
            }
        };
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
    public TopK.Hits search(float[] query, int k, int size, OrdinalFilter accepted, SearchParams params) {
        return index.search(query, k, accepted, params);
    }

    @Override
    public TopK.Hits scan(float[] query, int k, int size, OrdinalFilter accepted) {
        return index.scan(query, k, accepted);
    }

    @Override
    public boolean sharesWork() {
        return index.sharesWork();
    }

    @Override
    public List<TopK.Hits> searchAll(
            List<float[]> queries, int k, int size, OrdinalFilter accepted, SearchParams params) {
        int dimension = queries.getFirst().length;
        try (Scratch scratch = new Scratch()) {
            MemorySegment rows = scratch.floats((long) queries.size() * dimension);
            for (int q = 0; q < queries.size(); q++) {
                MemorySegment.copy(
                        queries.get(q), 0, rows, ValueLayout.JAVA_FLOAT, (long) q * dimension * Float.BYTES, dimension);
            }
            return index.searchBatch(new Rows(rows, queries.size(), dimension), k, accepted, params);
        }
    }

    @Override
    void free() {
        mapped.close();
        index.close();
        ids.close();
        if (fields != null) {
            fields.close();
        }
        if (obsolete) {
            folder.remove(number);
        }
    }
}
