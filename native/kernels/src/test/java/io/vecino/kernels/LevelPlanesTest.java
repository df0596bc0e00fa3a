package io.vecino.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packed levels are where the format says, come back, and leave their surroundings alone. */
final class LevelPlanesTest {

    private static final int COUNT = 3;
    private static final byte AROUND = 0x5a;

    @ParameterizedTest
    @EnumSource
    void packsEveryWidthAndDimensionAsTheFormatSays(KernelLevel level) {
        Kernels kernels = KernelsContract.require(level);
        SplittableRandom random = new SplittableRandom(KernelsContract.SEED);
        for (int bits = 1; bits <= 8; bits++) {
            for (int dimension = 1; dimension <= KernelsContract.LARGEST_DIMENSION; dimension++) {
                roundTrip(kernels, random, bits, dimension);
            }
        }
    }

    private static void roundTrip(Kernels kernels, SplittableRandom random, int bits, int dimension) {
        long rowBytes = Kernel.dotLevels(bits).rowBytes(dimension);
        long stride = rowBytes + random.nextInt(4);
        long offset = random.nextInt(4);
        String context =
                kernels.level() + ", " + bits + " bits, dimension " + dimension + ", seed " + KernelsContract.SEED;
        try (Arena arena = Arena.ofConfined()) {
            byte[] noise = new byte[COUNT * dimension];
            random.nextBytes(noise);
            MemorySegment levels = Operands.allocate(arena, noise.length, 1);
            MemorySegment.copy(noise, 0, levels, ValueLayout.JAVA_BYTE, 0, noise.length);
            MemorySegment rows = Operands.allocate(arena, offset + stride * COUNT, 1);
            rows.fill(AROUND);
            kernels.packLevels(bits, levels, COUNT, dimension, rows, stride, offset);
            for (int r = 0; r < COUNT; r++) {
                long start = offset + r * stride;
                MemorySegment row = rows.asSlice(start, rowBytes);
                MemorySegment expected = arena.allocate(rowBytes);
                for (int i = 0; i < dimension; i++) {
                    PlaneRows.set(Kernel.dotLevels(bits), expected, dimension, i, noise[r * dimension + i]);
                }
                assertEquals(-1, expected.mismatch(row), context);
                for (long at = start + rowBytes; at < start + stride; at++) {
                    assertEquals(AROUND, rows.get(ValueLayout.JAVA_BYTE, at), context);
                }
            }
            levels.fill(AROUND);
            kernels.unpackLevels(bits, rows, stride, offset, COUNT, dimension, levels);
            for (int i = 0; i < noise.length; i++) {
                int kept = noise[i] & ((1 << bits) - 1);
                assertEquals(kept, Byte.toUnsignedInt(levels.get(ValueLayout.JAVA_BYTE, i)), context);
            }
        }
    }
}
