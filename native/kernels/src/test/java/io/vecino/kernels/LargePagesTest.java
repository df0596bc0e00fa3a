package io.vecino.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

final class LargePagesTest {
    private static final long BYTES = 12L << 20;

    @Test
    void leavesBytesAsTheyAre() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(BYTES);
            for (long i = 0; i < BYTES; i += 1000) {
                memory.set(ValueLayout.JAVA_BYTE, i, (byte) (i / 1000));
            }
            LargePages.ask(memory.asSlice(100, BYTES - 200));
            for (long i = 0; i < BYTES; i++) {
                assertEquals(i % 1000 == 0 ? (byte) (i / 1000) : 0, memory.get(ValueLayout.JAVA_BYTE, i), "byte " + i);
            }
        }
    }

    @Test
    void leavesLittleMemoryAlone() {
        try (Arena arena = Arena.ofConfined()) {
            assertFalse(LargePages.ask(arena.allocate(4096)));
            assertFalse(LargePages.ask(MemorySegment.NULL));
        }
    }
}
