package io.vecino.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What follows a scan: constants of codes, and the positions worth keeping. */
final class CandidatesTest {

    private final SplittableRandom random = new SplittableRandom(KernelsContract.SEED);

    @ParameterizedTest
    @EnumSource
    void findsTheFloatsThatReachABound(KernelLevel level) {
        Kernels kernels = KernelsContract.require(level);
        for (int count = 0; count <= KernelsContract.LARGEST_DIMENSION; count++) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                int kind = random.nextInt(12);
                values[i] = kind == 0 ? Float.NaN : kind == 1 ? Float.NEGATIVE_INFINITY : random.nextInt(-5, 6);
            }
            for (float least : new float[] {Float.NEGATIVE_INFINITY, -1, 0, 5, Float.POSITIVE_INFINITY, Float.NaN}) {
                int[] expected = IntStream.range(0, count)
                        .filter(i -> values[i] >= least)
                        .toArray();
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment at = Operands.allocate(arena, 4L * count, 1);
                    MemorySegment.copy(values, 0, at, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, count);
                    MemorySegment positions = Operands.allocate(arena, 4L * count, 1);
                    assertFound(expected, kernels.selectFloats(at, count, least, positions), positions);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void findsTheSumsThatReachABound(KernelLevel level) {
        Kernels kernels = KernelsContract.require(level);
        for (int count = 0; count <= KernelsContract.LARGEST_DIMENSION; count++) {
            int[] values = random.ints(count, 0, 0x10000).toArray();
            for (int least : new int[] {0, 1, 0x7fff, 0x8000, 0xf000, 0xffff}) {
                int[] expected = IntStream.range(0, count)
                        .filter(i -> values[i] >= least)
                        .toArray();
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment at = Operands.allocate(arena, 2L * count, 1);
                    for (int i = 0; i < count; i++) {
                        at.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i, (short) values[i]);
                    }
                    MemorySegment positions = Operands.allocate(arena, 4L * count, 1);
                    assertFound(expected, kernels.selectSums(at, count, least, positions), positions);
                }
            }
        }
    }

    private static void assertFound(int[] expected, int found, MemorySegment positions) {
        MemorySegment written = positions.asSlice(0, 4L * found);
        assertArrayEquals(expected, written.toArray(ValueLayout.JAVA_INT_UNALIGNED));
    }

    @ParameterizedTest
    @EnumSource
    void widensConstantsAtAnyStride(KernelLevel level) {
        Kernels kernels = KernelsContract.require(level);
        for (int count = 1; count <= 600; count += 13) {
            int stride = random.nextInt(2, 60);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment from = Operands.allocate(arena, (count - 1L) * stride + 2, 1);
                float[] expected = new float[count];
                for (int i = 0; i < count; i++) {
                    short half = Float.floatToFloat16((float) random.nextGaussian());
                    from.set(ValueLayout.JAVA_SHORT_UNALIGNED, (long) i * stride, half);
                    expected[i] = Math.fma(0.3f, Float.float16ToFloat(half), 7);
                }
                MemorySegment to = Operands.allocate(arena, 4L * count, 1);
                kernels.readHalves(from, stride, count, 7, 0.3f, to);
                assertArrayEquals(expected, to.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void finishesScoresAsItsFormulaSays(KernelLevel level) {
        Kernels kernels = KernelsContract.require(level);
        for (int count : new int[] {0, 1, 7, 16, 31, 255, 256, 257, 700}) {
            for (int centreCount : new int[] {1, 2, 256}) {
                try (Arena arena = Arena.ofConfined()) {
                    int queryCount = 3;
                    int terms = centreCount == 1 ? 1 : 256;
                    MemorySegment scores = gaussian(arena, queryCount * count);
                    MemorySegment constants = gaussian(arena, 3 * count);
                    MemorySegment queries = gaussian(arena, 3 * queryCount);
                    MemorySegment term = gaussian(arena, queryCount * terms);
                    MemorySegment centres = Operands.allocate(arena, 5L * count, 0);
                    for (int i = 0; i < count; i++) {
                        centres.set(ValueLayout.JAVA_BYTE, 5L * i, (byte) random.nextInt(centreCount));
                    }
                    double[] expected = new double[queryCount * count];
                    for (int q = 0; q < queryCount; q++) {
                        for (int i = 0; i < count; i++) {
                            double zero = at(constants, count + i);
                            int centre = centreCount == 1 ? 0 : centres.get(ValueLayout.JAVA_BYTE, 5L * i) & 0xFF;
                            double reach = Math.max(Math.abs(zero), Math.abs(zero + 15));
                            double levels = at(queries, 3 * q) * at(scores, q * count + i)
                                    + zero * at(queries, 3 * q + 1)
                                    + reach * at(queries, 3 * q + 2);
                            expected[q * count + i] = at(term, q * terms + centre)
                                    + at(constants, i) * levels
                                    + at(constants, 2 * count + i);
                        }
                    }
                    kernels.finish(scores, queryCount, count, constants, centres, 5, centreCount, queries, 15, term);
                    for (int i = 0; i < expected.length; i++) {
                        assertEquals(expected[i], at(scores, i), 1e-4 * (1 + Math.abs(expected[i])));
                    }
                }
            }
        }
    }

    private MemorySegment gaussian(Arena arena, int count) {
        MemorySegment segment = Operands.allocate(arena, 4L * count, 1);
        for (int i = 0; i < count; i++) {
            segment.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i, (float) random.nextGaussian());
        }
        return segment;
    }

    private static double at(MemorySegment segment, int index) {
        return segment.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * index);
    }

    @ParameterizedTest
    @EnumSource
    void refusesRoomThatDoesNotFit(KernelLevel level) {
        Kernels kernels = KernelsContract.require(level);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment small = arena.allocate(16);
            MemorySegment large = arena.allocate(4096);
            refuses("positions must hold at least 20 bytes, got 16", () -> kernels.selectFloats(large, 5, 0, small));
            refuses("values must hold at least 20 bytes, got 16", () -> kernels.selectFloats(small, 5, 0, large));
            refuses("least must be in [0, 65535], got 65536", () -> kernels.selectSums(large, 5, 65536, large));
            refuses(
                    "from must hold 4 values of 2 bytes, 5 bytes apart, got 16 bytes",
                    () -> kernels.readHalves(small, 5, 4, 0, 1, large));
            refuses(
                    "terms must hold at least 1024 bytes, got 16",
                    () -> kernels.finish(large, 1, 4, large, large, 1, 2, large, 1, small));
            refuses(
                    "centreCount must be at most 256, got 257",
                    () -> kernels.finish(large, 1, 4, large, large, 1, 257, large, 1, large));
        }
    }

    private static void refuses(String message, Runnable call) {
        var error = assertThrows(IllegalArgumentException.class, call::run);
        assertTrue(String.valueOf(error.getMessage()).contains(message), error.getMessage());
    }
}
