package io.vecino.segment;

import io.vecino.index.VectorIndexBuilder;
import io.vecino.model.PointId;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Collects points one by one and hands them to an index in blocks. For one thread. */
public final class SegmentWriter implements AutoCloseable {
    private static final int BLOCK = 1024;

    private final VectorIndexBuilder builder;
    private final int dimension;
    private final Scratch scratch = new Scratch();
    private final MemorySegment block;
    private final List<PointId> ids = new ArrayList<>();
    private int pending;

    /** @param builder owned by the writer from here on */
    public SegmentWriter(VectorIndexBuilder builder, int dimension) {
        this.builder = builder;
        this.dimension = dimension;
        this.block = scratch.floats((long) BLOCK * dimension);
    }

    /** Appends a point; its ordinal is the number of points before it. */
    public void add(PointId id, float[] vector) {
        MemorySegment.copy(
                vector, 0, block, ValueLayout.JAVA_FLOAT, (long) pending * dimension * Float.BYTES, dimension);
        ids.add(id);
        if (++pending == BLOCK) {
            flush();
        }
    }

    private void flush() {
        builder.add(new Rows(block, pending, dimension));
        pending = 0;
    }

    /** The segment, holding its first reference. */
    public SealedSegment finish() {
        flush();
        return new SealedSegment(ids.toArray(PointId[]::new), builder.build());
    }

    @Override
    public void close() {
        builder.close();
        scratch.close();
    }
}
