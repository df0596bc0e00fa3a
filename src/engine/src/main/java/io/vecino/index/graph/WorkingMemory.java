package io.vecino.index.graph;

import io.vecino.kernels.LargePages;
import io.vecino.storage.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Charged memory that lives while a graph is being built. For one thread. */
final class WorkingMemory implements AutoCloseable {
    private final NativeMemory memory;
    private final List<NativeMemory.Block> blocks = new ArrayList<>();

    WorkingMemory(NativeMemory memory) {
        this.memory = memory;
    }

    /** Zeroed bytes. */
    MemorySegment bytes(long count) {
        NativeMemory.Block block = memory.allocate(count, "graph being built");
        blocks.add(block);
        LargePages.ask(block.segment());
        return block.segment();
    }

    /** Zeroed int32 or float32 values. */
    MemorySegment words(long count) {
        return bytes(count * Integer.BYTES);
    }

    @Override
    public void close() {
        blocks.forEach(NativeMemory.Block::close);
    }
}
