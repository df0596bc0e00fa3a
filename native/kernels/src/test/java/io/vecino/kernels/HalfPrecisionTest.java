package io.vecino.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** binary16 conversion at every level against the JDK's. */
final class HalfPrecisionTest {

    private static final int PATTERNS = 1 << 16;

    @ParameterizedTest
    @EnumSource
    void decodesAndEncodesEveryHalf(KernelLevel level) {
        Kernels kernels = KernelsContract.require(level);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment halves = arena.allocate(2L * PATTERNS);
            MemorySegment wide = arena.allocate(4L * PATTERNS);
            for (int i = 0; i < PATTERNS; i++) {
                halves.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) i);
            }
            kernels.decodeF16(halves, wide, PATTERNS);
            for (int i = 0; i < PATTERNS; i++) {
                assertEquals(Float.float16ToFloat((short) i), wide.getAtIndex(ValueLayout.JAVA_FLOAT, i), "half " + i);
            }
            kernels.encodeF16(wide, halves, PATTERNS);
            for (int i = 0; i < PATTERNS; i++) {
                assertSameHalf((short) i, halves.getAtIndex(ValueLayout.JAVA_SHORT, i), i);
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
                // Half of them exactly between two halves, or one bit beside.
                float middle = Float.intBitsToFloat(Float.floatToRawIntBits(Float.float16ToFloat((short) i)) + 0x1000);
                float value = i % 2 == 0
                        ? Float.intBitsToFloat(random.nextInt())
                        : Float.intBitsToFloat(Float.floatToRawIntBits(middle) + random.nextInt(-1, 2));
                wide.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
            }
            kernels.encodeF16(wide, halves, PATTERNS);
            for (int i = 0; i < PATTERNS; i++) {
                float value = wide.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                assertSameHalf(Float.floatToFloat16(value), halves.getAtIndex(ValueLayout.JAVA_SHORT, i), value);
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
                kernels.encodeF16(wide, halves, count);
                assertEquals(0, halves.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * count));
                wide.fill((byte) 0);
                kernels.decodeF16(halves, wide, count);
                for (int i = 0; i <= count; i++) {
                    float expected = i == count ? 0 : i + 1;
                    assertEquals(expected, wide.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i));
                }
            }
        }
    }

    // Which NaN comes out is not specified.
    private static void assertSameHalf(short expected, short got, float of) {
        boolean bothNan = Float.isNaN(Float.float16ToFloat(expected)) && Float.isNaN(Float.float16ToFloat(got));
        assertTrue(
                bothNan || expected == got,
                () -> "half of " + of + " must be " + expected + ", got " + got + ", seed " + KernelsContract.SEED);
    }
}
