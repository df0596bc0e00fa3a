package io.vecino.storage;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Native memory of one call on one thread, gone when it is closed; not charged to the budget. */
public final class Scratch implements AutoCloseable {
    private static final long ALIGNMENT = 64;

    private final Arena arena = Arena.ofConfined();

    /** Room for {@code count} float32 values, all zero. */
    public MemorySegment floats(long count) {
        return arena.allocate(Math.multiplyExact(count, (long) Float.BYTES), ALIGNMENT);
    }

    /** Room for {@code count} bytes, all zero. */
    public MemorySegment bytes(long count) {
        return arena.allocate(count, ALIGNMENT);
    }

    /** A copy of {@code values}. */
    public MemorySegment floats(float[] values) {
        MemorySegment segment = floats((long) values.length);
        MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_FLOAT, 0, values.length);
        return segment;
    }

    @Override
    public void close() {
        arena.close();
    }
}
