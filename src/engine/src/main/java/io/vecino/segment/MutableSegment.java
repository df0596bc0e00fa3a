package io.vecino.segment;

import io.vecino.index.OrdinalFilter;
import io.vecino.kernels.Kernels;
import io.vecino.model.PointId;
import io.vecino.model.SearchParams;
import io.vecino.payload.FieldIndex;
import io.vecino.payload.FieldRows;
import io.vecino.payload.FieldSchema;
import io.vecino.payload.FilterPlan;
import io.vecino.selection.TopK;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.Scratch;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/**
 * The segment being filled: float32 rows in native memory, searched exactly. One writer at a time; readers see the rows
 * below the size that the writer published to them after appending.
 */
public final class MutableSegment extends Segment {
    private static final long CHUNK_BYTES = 1 << 20;
    private static final int MIN_CHUNK_ROWS = 64;

    private final FieldSchema schema;
    private final int dimension;
    private final Similarity similarity;
    private final NativeMemory memory;
    private final int chunkRows;
    private final Kernels kernels = Kernels.best();
    private final Map<PointId, Integer> ordinals = new HashMap<>();
    private volatile Chunk[] chunks = {};
    private volatile int size;

    public MutableSegment(int dimension, Similarity similarity, FieldSchema schema, NativeMemory memory) {
        this.schema = schema;
        this.dimension = dimension;
        this.similarity = similarity;
        this.memory = memory;
        this.chunkRows = (int) Math.max(MIN_CHUNK_ROWS, CHUNK_BYTES / ((long) dimension * Float.BYTES));
    }

    @SuppressWarnings("ArrayRecordComponent") // one writer fills it row by row
    private record Chunk(
            NativeMemory.Block block,
            PointId[] ids,
            @Nullable Object[][] fields,
            AtomicLongArray deletedAt) {}

    /**
     * Makes room, so that {@link #append} cannot fail.
     *
     * @throws io.vecino.model.EngineException.ResourceExhausted if the memory budget has no room; nothing changed
     */
    public void reserve(int rows) {
        long needed = ((long) size + rows + chunkRows - 1) / chunkRows;
        while (chunks.length < needed) {
            Chunk chunk = new Chunk(
                    memory.allocate((long) chunkRows * dimension * Float.BYTES, "unsealed points"),
                    new PointId[chunkRows],
                    new Object[chunkRows][],
                    new AtomicLongArray(chunkRows));
            Chunk[] grown = Arrays.copyOf(chunks, chunks.length + 1);
            grown[grown.length - 1] = chunk;
            chunks = grown;
        }
    }

    /**
     * Appends a point for which room was reserved.
     *
     * @param vector as it is compared
     * @param fields as the schema extracts them
     * @return its ordinal
     */
    public int append(PointId id, float[] vector, @Nullable Object[] fields) {
        int ordinal = size;
        Chunk chunk = chunks[ordinal / chunkRows];
        int row = ordinal % chunkRows;
        chunk.ids()[row] = id;
        chunk.fields()[row] = fields;
        chunk.deletedAt().setOpaque(row, Long.MAX_VALUE);
        MemorySegment.copy(vector, 0, chunk.block().segment(), ValueLayout.JAVA_FLOAT, rowOffset(row), vector.length);
        ordinals.put(id, ordinal);
        size = ordinal + 1;
        return ordinal;
    }

    private long rowOffset(int row) {
        return (long) row * dimension * Float.BYTES;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long bytes() {
        return Arrays.stream(chunks).mapToLong(chunk -> chunk.block().bytes()).sum();
    }

    @Override
    public boolean exact() {
        return true;
    }

    @Override
    public boolean scoresOriginals() {
        return true;
    }

    @Override
    public PointId id(int ordinal) {
        return chunks[ordinal / chunkRows].ids()[ordinal % chunkRows];
    }

    /** A copy of a row, as it is compared. */
    public float[] vector(int ordinal) {
        return chunks[ordinal / chunkRows]
                .block()
                .segment()
                .asSlice(rowOffset(ordinal % chunkRows), (long) dimension * Float.BYTES)
                .toArray(ValueLayout.JAVA_FLOAT);
    }

    /** The values of a row's indexed fields. */
    public @Nullable Object[] fieldsOf(int ordinal) {
        return chunks[ordinal / chunkRows].fields()[ordinal % chunkRows];
    }

    @Override
    public FilterPlan.Source fields(int rows) {
        return new FilterPlan.Source() {
            @Override
            public int size() {
                return rows;
            }

            @Override
            public @Nullable FieldIndex field(String path) {
                int position = schema.position(path);
                return position < 0 ? null : new FieldRows(rows, row -> fieldsOf(row)[position]);
            }

            @Override
            public MutableRoaringBitmap ordinals(Set<PointId> ids) {
                MutableRoaringBitmap found = new MutableRoaringBitmap();
                for (int row = 0; row < rows; row++) {
                    if (ids.contains(id(row))) {
                        found.add(row);
                    }
                }
                return found;
            }
        };
    }

    @Override
    void markDeleted(int ordinal, long sequence) {
        chunks[ordinal / chunkRows].deletedAt().setOpaque(ordinal % chunkRows, sequence);
    }

    /** For the writer only. */
    @Override
    public int find(PointId id, byte[] key) {
        return ordinals.getOrDefault(id, -1);
    }

    @Override
    public long deletedAt(int ordinal) {
        return chunks[ordinal / chunkRows].deletedAt().getOpaque(ordinal % chunkRows);
    }

    @Override
    public TopK.Hits search(float[] query, int k, int visibleSize, OrdinalFilter accepted, SearchParams params) {
        TopK best = new TopK(Math.max(1, Math.min(k, visibleSize)));
        try (Scratch scratch = new Scratch()) {
            MemorySegment nativeQuery = scratch.floats(query);
            MemorySegment scores = scratch.floats((long) chunkRows);
            Chunk[] current = chunks;
            for (int first = 0; first < visibleSize; first += chunkRows) {
                int count = Math.min(chunkRows, visibleSize - first);
                MemorySegment rows = current[first / chunkRows].block().segment();
                similarity.score(kernels, nativeQuery, rows, count, dimension, scores);
                for (int i = 0; i < count; i++) {
                    float score = scores.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                    if (score >= best.threshold() && accepted.accepts(first + i)) {
                        best.offer(score, first + i);
                    }
                }
            }
        }
        return best.drain();
    }

    @Override
    public TopK.Hits scan(float[] query, int k, int visibleSize, OrdinalFilter accepted) {
        return search(query, k, visibleSize, accepted, SearchParams.DEFAULT);
    }

    @Override
    void free() {
        for (Chunk chunk : chunks) {
            chunk.block().close();
        }
    }
}
