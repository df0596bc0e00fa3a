package io.vecino.storage;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Small native tables of immutable objects, freed by the garbage collector with them; not charged to the budget. */
public final class NativeConstant {
    private static final long ALIGNMENT = 64;

    private NativeConstant() {}

    /** A copy of {@code values}, readable from any thread. */
    public static MemorySegment of(float[] values) {
        MemorySegment segment = Arena.ofAuto().allocate((long) values.length * Float.BYTES, ALIGNMENT);
        MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_FLOAT, 0, values.length);
        return segment;
    }
}
