package io.vecino.storage;

import io.vecino.model.EngineException;
import io.vecino.model.MemoryReport;
import io.vecino.model.MemoryUse;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * The budget that all long-lived native memory of an engine is charged to, seen by one of its uses. Thread-safe. Scratch of
 * single calls ({@link Scratch}) is not charged.
 */
public final class NativeMemory {
    private static final long ALIGNMENT = 64;

    private final Budget budget;
    private final MemoryUse use;
    private final AtomicLong own;

    /** @param limit bytes that may be allocated at any one time */
    public NativeMemory(long limit) {
        this(new Budget(limit), MemoryUse.OTHER);
    }

    private NativeMemory(Budget budget, MemoryUse use) {
        this.budget = budget;
        this.use = use;
        this.own = Objects.requireNonNull(budget.byUse.get(use));
    }

    private record Budget(long limit, AtomicLong used, Map<MemoryUse, AtomicLong> byUse) {
        Budget(long limit) {
            this(
                    limit,
                    new AtomicLong(),
                    Arrays.stream(MemoryUse.values()).collect(Collectors.toMap(use -> use, _ -> new AtomicLong())));
        }

        Map<MemoryUse, Long> uses() {
            Map<MemoryUse, Long> uses = new EnumMap<>(MemoryUse.class);
            byUse.forEach((use, bytes) -> uses.put(use, bytes.get()));
            return uses;
        }
    }

    /** The same budget, charged for another use. */
    public NativeMemory on(MemoryUse other) {
        return new NativeMemory(budget, other);
    }

    /** Bytes in use now, of all uses. */
    public long used() {
        return budget.used.get();
    }

    /** Bytes that may be in use. */
    public long limit() {
        return budget.limit;
    }

    /** The state of the budget. */
    public MemoryReport report() {
        return new MemoryReport(budget.limit, budget.uses());
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
            give(bytes);
            throw new EngineException.ResourceExhausted(purpose + ": the machine has no " + bytes + " bytes left", e);
        }
    }

    private void take(long bytes, String purpose) {
        long before = budget.used.getAndAdd(bytes);
        if (before + bytes > budget.limit) {
            budget.used.addAndGet(-bytes);
            throw new EngineException.ResourceExhausted(
                    "memory.limit: " + use + " needs " + bytes + " bytes (" + purpose + "), "
                            + Math.max(0, budget.limit - before) + " of " + budget.limit + " are left; in use: "
                            + budget.uses(),
                    null);
        }
        own.addAndGet(bytes);
    }

    private void give(long bytes) {
        budget.used.addAndGet(-bytes);
        own.addAndGet(-bytes);
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

    /** Charges memory that is in use in any case, even beyond the budget, which then has no room for new work. */
    public Charge chargeAnyway(long bytes) {
        budget.used.addAndGet(bytes);
        own.addAndGet(bytes);
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
            give(bytes.getAndSet(0));
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
                give(segment.byteSize());
            }
        }
    }
}
