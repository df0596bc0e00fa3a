package io.vecino.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** bfloat16 conversion at every level against its definition. */
final class BFloat16Test {

    private static final int PATTERNS = 1 << 16;

    @ParameterizedTest
    @EnumSource
    void decodesAndEncodesEveryPattern(KernelLevel level) {
        Kernels kernels = KernelsContract.require(level);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment halves = arena.allocate(2L * PATTERNS);
            MemorySegment wide = arena.allocate(4L * PATTERNS);
            for (int i = 0; i < PATTERNS; i++) {
                halves.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) i);
            }
            kernels.decodeBF16(halves, wide, PATTERNS);
            for (int i = 0; i < PATTERNS; i++) {
                assertEquals(i << 16, wide.getAtIndex(ValueLayout.JAVA_INT, i));
            }
            kernels.encodeBF16(wide, halves, PATTERNS);
            for (int i = 0; i < PATTERNS; i++) {
                boolean nan = (i & 0x7fff) > 0x7f80;
                short expected = (short) (nan ? i | 0x40 : i);
                assertEquals(expected, halves.getAtIndex(ValueLayout.JAVA_SHORT, i), "pattern " + i);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void roundsToNearestEven(KernelLevel level) {
        Kernels kernels = KernelsContract.require(level);
        SplittableRandom random = new SplittableRandom(KernelsContract.SEED);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment wide = arena.allocate(4L * PATTERNS);
            MemorySegment halves = arena.allocate(2L * PATTERNS);
            for (int i = 0; i < PATTERNS; i++) {
                // Exactly between two values, one bit beside, or anywhere; both sides of infinity included.
                int lower = i % 4 == 3 ? random.nextInt(1 << 16) : 0x8000 + random.nextInt(-1, 2);
                wide.setAtIndex(ValueLayout.JAVA_INT, i, i << 16 | lower);
            }
            kernels.encodeBF16(wide, halves, PATTERNS);
            for (int i = 0; i < PATTERNS; i++) {
                float value = wide.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                assertRounded(value, halves.getAtIndex(ValueLayout.JAVA_SHORT, i));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void convertsEveryCountWithoutTouchingTheNextElement(KernelLevel level) {
        Kernels kernels = KernelsContract.require(level);
        for (int count = 0; count < 70; count++) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment wide = Operands.allocate(arena, 4L * count + 4, 1);
                MemorySegment halves = Operands.allocate(arena, 2L * count + 2, 1);
                for (int i = 0; i <= count; i++) {
                    wide.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i, i + 1);
                }
                kernels.encodeBF16(wide, halves, count);
                assertEquals(0, halves.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * count));
                wide.fill((byte) 0);
                kernels.decodeBF16(halves, wide, count);
                for (int i = 0; i <= count; i++) {
                    float expected = i == count ? 0 : i + 1;
                    assertEquals(expected, wide.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i));
                }
            }
        }
    }

    private static void assertRounded(float value, short got) {
        float rounded = Float.intBitsToFloat(got << 16);
        if (Float.isNaN(value)) {
            assertTrue(Float.isNaN(rounded));
            return;
        }
        // Toward zero and away from it; beyond the largest the step to infinity counts as one to 2^128.
        int truncated = Float.floatToRawIntBits(value) & 0xffff0000;
        double below = exact(truncated);
        double above = exact(truncated + 0x10000);
        double exact = exact(Float.floatToRawIntBits(value));
        int nearer = Double.compare(Math.abs(exact - below), Math.abs(above - exact));
        boolean up = nearer > 0 || (nearer == 0 && (truncated & 0x10000) != 0);
        int expected = up ? truncated + 0x10000 : truncated;
        assertEquals(expected, got << 16, () -> "bfloat16 of " + value + ", seed " + KernelsContract.SEED);
    }

    private static double exact(int bits) {
        if ((bits & 0x7fffffff) == 0x7f800000) {
            return bits < 0 ? -0x1p128 : 0x1p128;
        }
        return Float.intBitsToFloat(bits);
    }
}
