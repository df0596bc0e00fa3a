package io.vecino.storage;

import io.vecino.model.EngineException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/** The budget that all long-lived native memory of an engine is charged to. Thread-safe. */
public final class NativeMemory {
    private static final long ALIGNMENT = 64;

    private final long limit;
    private final AtomicLong used = new AtomicLong();

    /** @param limit bytes that may be allocated at any one time */
    public NativeMemory(long limit) {
        this.limit = limit;
    }

    /** Bytes allocated now. */
    public long used() {
        return used.get();
    }

    /**
     * Allocates zeroed memory, aligned to 64 bytes, readable from any thread until the block is closed.
     *
     * @param purpose what it is for, named in the error
     * @throws EngineException.ResourceExhausted if the budget or the machine has no such memory left
     */
    public Block allocate(long bytes, String purpose) {
        take(bytes, purpose);
        try {
            return new Block(bytes);
        } catch (OutOfMemoryError e) {
            used.addAndGet(-bytes);
            throw new EngineException.ResourceExhausted(purpose + ": the machine has no " + bytes + " bytes left", e);
        }
    }

    private void take(long bytes, String purpose) {
        long before = used.getAndAdd(bytes);
        if (before + bytes > limit) {
            used.addAndGet(-bytes);
            throw new EngineException.ResourceExhausted(
                    "memory.limit: " + purpose + " needs " + bytes + " bytes, " + before + " of " + limit
                            + " are in use",
                    null);
        }
    }

    /**
     * Charges memory that a library allocates for us.
     *
     * @param purpose what it is for, named in the error
     * @throws EngineException.ResourceExhausted if the budget has no room
     */
    public Charge charge(long bytes, String purpose) {
        take(bytes, purpose);
        return new Charge(bytes);
    }

    /** Part of the budget, given back when closed. */
    public final class Charge implements AutoCloseable {
        private final AtomicLong bytes;

        private Charge(long bytes) {
            this.bytes = new AtomicLong(bytes);
        }

        @Override
        public void close() {
            used.addAndGet(-bytes.getAndSet(0));
        }
    }

    /** Memory with one owner, who closes it when no thread reads it any more. */
    public final class Block implements AutoCloseable {
        private final Arena arena = Arena.ofShared();
        private final MemorySegment segment;

        private Block(long bytes) {
            segment = arena.allocate(bytes, ALIGNMENT);
        }

        /** The memory; any access after {@link #close} throws. */
        public MemorySegment segment() {
            return segment;
        }

        /** Size in bytes. */
        public long bytes() {
            return segment.byteSize();
        }

        @Override
        public void close() {
            if (arena.scope().isAlive()) {
                arena.close();
                used.addAndGet(-segment.byteSize());
            }
        }
    }
}
