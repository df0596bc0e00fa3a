package io.vecino.index.faiss;

import io.vecino.faiss.CheckedIndex;
import io.vecino.index.PlainSpace;
import io.vecino.index.VectorIndex;
import io.vecino.index.VectorIndexBuilder;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.Rows;
import io.vecino.transform.Transform;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Collects transformed rows in native memory, then trains and fills a FAISS index with them. */
public final class FaissIndexBuilder implements VectorIndexBuilder {
    private final PlainSpace space;
    private final String factory;
    private final NativeMemory memory;
    private final int threads;
    private final TrainingNeed need;
    private final long rowBytes;
    private NativeMemory.@Nullable Block rows;
    private int size;

    /**
     * Prepares to build.
     *
     * @param factory a FAISS index_factory string
     * @param expectedRows room made at first
     * @param threads of a batch search
     * @throws io.vecino.model.EngineException.InvalidArgument if the factory string cannot be read
     * @throws io.vecino.model.EngineException.ResourceExhausted if the budget has no room for the rows
     */
    public FaissIndexBuilder(Transform transform, String factory, int expectedRows, NativeMemory memory, int threads) {
        this.space = new PlainSpace(transform);
        this.factory = factory;
        this.memory = memory;
        this.threads = threads;
        this.need = TrainingNeed.of(factory);
        this.rowBytes = (long) space.dimension() * Float.BYTES;
        FaissLibrary.create(space.dimension(), factory, space.similarity()).close();
        this.rows = memory.allocate(Math.max(1, expectedRows) * rowBytes, "rows of a FAISS index being built");
    }

    @Override
    public void add(Rows added) {
        if (added.count() > 0) {
            MemorySegment room = room(added.count());
            space.points(added, room);
            size += added.count();
        }
    }

    private MemorySegment room(int count) {
        NativeMemory.Block current = requireOpen();
        long needed = (size + (long) count) * rowBytes;
        if (needed > current.bytes()) {
            NativeMemory.Block grown =
                    memory.allocate(Math.max(needed, 2 * current.bytes()), "rows of a FAISS index being built");
            MemorySegment.copy(current.segment(), 0, grown.segment(), 0, size * rowBytes);
            current.close();
            rows = grown;
            current = grown;
        }
        return current.segment().asSlice(size * rowBytes, count * rowBytes);
    }

    private NativeMemory.Block requireOpen() {
        if (rows == null) {
            throw new IllegalStateException("already built or closed");
        }
        return rows;
    }

    @Override
    public VectorIndex build() {
        NativeMemory.Block collected = requireOpen();
        if (size > 0) {
            need.check(size);
        }
        CheckedIndex index = FaissLibrary.create(space.dimension(), factory, space.similarity());
        try {
            fill(index, new Rows(collected.segment(), size, space.dimension()));
            long bytes = index.bytes();
            NativeMemory.Charge charge = memory.charge(bytes, "FAISS index " + factory);
            close();
            return new FaissIndex(space, index, size, bytes, charge, threads);
        } catch (RuntimeException e) {
            index.close();
            throw e;
        }
    }

    /** What it will take is charged while it is filled, so that too much is refused before minutes of training. */
    private void fill(CheckedIndex index, Rows all) {
        if (all.count() == 0) {
            return;
        }
        long expected = FaissLibrary.expectedBytes(index, all.count());
        try (NativeMemory.Charge _ = memory.charge(expected, "FAISS index " + factory)) {
            FaissLibrary.fill(index, all, factory);
        }
    }

    @Override
    public void close() {
        if (rows != null) {
            rows.close();
            rows = null;
        }
    }
}
