package io.vecino.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One byte read or written outside an operand ends the test process. */
@EnabledOnOs(OS.LINUX)
final class GuardPageTest {

    private static final long ROOM = 1 << 17;

    @ParameterizedTest
    @EnumSource
    void staysBelowTheUpperGuard(KernelLevel level) {
        scoreEverythingAgainst(level, GuardedMemory::last);
    }

    @ParameterizedTest
    @EnumSource
    void staysAboveTheLowerGuard(KernelLevel level) {
        scoreEverythingAgainst(level, GuardedMemory::first);
    }

    @ParameterizedTest
    @EnumSource
    void scoresRowsFartherApartThanAnInt(KernelLevel level) {
        Kernels kernels = KernelsContract.require(level);
        long stride = (3L << 30) + 1;
        int count = 6;
        try (Arena arena = Arena.ofConfined();
                GuardedMemory memory = new GuardedMemory(stride * (count - 1) + 16)) {
            MemorySegment rows = memory.last(stride * (count - 1) + 4);
            MemorySegment query = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 1, 1, 1);
            MemorySegment ordinals = arena.allocateFrom(ValueLayout.JAVA_INT, 5, 4, 3, 2, 1, 0);
            MemorySegment scores = arena.allocate(4L * count);
            for (int i = 0; i < count; i++) {
                rows.set(ValueLayout.JAVA_BYTE, i * stride, (byte) (i + 1));
            }
            kernels.scoreRows(Kernel.DOT_I8, query, rows, stride, count, 4, scores);
            for (int i = 0; i < count; i++) {
                assertEquals(i + 1, scores.getAtIndex(ValueLayout.JAVA_FLOAT, i));
            }
            kernels.scoreOrdinals(Kernel.DOT_I8, query, rows, stride, ordinals, count, 4, scores);
            for (int i = 0; i < count; i++) {
                assertEquals(count - i, scores.getAtIndex(ValueLayout.JAVA_FLOAT, i));
            }
        }
    }

    private static void scoreEverythingAgainst(
            KernelLevel level, BiFunction<GuardedMemory, Long, MemorySegment> place) {
        Kernels kernels = KernelsContract.require(level);
        SplittableRandom random = new SplittableRandom(KernelsContract.SEED);
        try (GuardedMemory queryMemory = new GuardedMemory(ROOM);
                GuardedMemory rowMemory = new GuardedMemory(ROOM);
                GuardedMemory ordinalMemory = new GuardedMemory(ROOM);
                GuardedMemory scoreMemory = new GuardedMemory(ROOM)) {
            for (Kernel kernel : Kernel.values()) {
                for (int dimension = 1; dimension <= KernelsContract.LARGEST_DIMENSION; dimension++) {
                    int count = random.nextInt(1, 12);
                    int queries = random.nextInt(1, 14);
                    long stride = kernel.rowBytes(dimension) + random.nextInt(3);
                    long extent = stride * (count - 1) + kernel.rowBytes(dimension);
                    MemorySegment query = place.apply(queryMemory, kernel.queryBytes(dimension));
                    MemorySegment batch = place.apply(queryMemory, kernel.queryBytes(dimension) * queries);
                    MemorySegment rows = place.apply(rowMemory, extent);
                    MemorySegment ordinals = place.apply(ordinalMemory, 4L * count);
                    MemorySegment scores = place.apply(scoreMemory, 4L * count);
                    for (int i = 0; i < count; i++) {
                        ordinals.set(ValueLayout.JAVA_INT_UNALIGNED, 4L * i, count - 1 - i);
                    }
                    kernels.score(kernel, query, rows.asSlice(extent - kernel.rowBytes(dimension)), dimension);
                    kernels.scoreRows(kernel, query, rows, stride, count, dimension, scores);
                    kernels.scoreOrdinals(kernel, query, rows, stride, ordinals, count, dimension, scores);
                    MemorySegment many = place.apply(scoreMemory, 4L * count * queries);
                    kernels.scoreBatch(kernel, batch, queries, rows, stride, count, dimension, many);
                }
            }
            for (int count = 0; count <= KernelsContract.LARGEST_DIMENSION; count++) {
                MemorySegment wide = place.apply(queryMemory, 4L * count);
                MemorySegment half = place.apply(rowMemory, 2L * count);
                kernels.encodeF16(wide, half, count);
                kernels.decodeF16(half, wide, count);
                kernels.encodeBF16(wide, half, count);
                kernels.decodeBF16(half, wide, count);
            }
            for (int subquantizers = 1; subquantizers <= FastScan.MOST_SUBQUANTIZERS; subquantizers++) {
                int count = random.nextInt(1, 97);
                int queries = random.nextInt(1, 7);
                int blockCount = (int) FastScan.blockCount(count);
                MemorySegment codes = place.apply(ordinalMemory, (long) count * subquantizers);
                MemorySegment blocks = place.apply(rowMemory, blockCount * FastScan.blockBytes(subquantizers));
                MemorySegment luts = place.apply(queryMemory, 16L * queries * subquantizers);
                MemorySegment sums = place.apply(scoreMemory, 64L * queries * blockCount);
                kernels.packFastScan(codes, count, subquantizers, blocks);
                kernels.fastScan(luts, queries, blocks, blockCount, subquantizers, sums);
                kernels.unpackFastScan(blocks, count, subquantizers, codes);
            }
            for (int count = 0; count <= KernelsContract.LARGEST_DIMENSION; count++) {
                int stride = random.nextInt(2, 9);
                MemorySegment halves = place.apply(rowMemory, Math.max(0, (count - 1L) * stride + 2));
                MemorySegment wide = place.apply(queryMemory, 4L * count);
                MemorySegment positions = place.apply(ordinalMemory, 4L * count);
                kernels.readHalves(halves, stride, count, 1, 2, wide);
                kernels.selectFloats(wide, count, 0, positions);
                kernels.selectSums(place.apply(rowMemory, 2L * count), count, 0, positions);
                MemorySegment centres = place.apply(rowMemory, Math.max(0, (count - 1L) * stride + 1));
                MemorySegment scores = place.apply(scoreMemory, 4L * 3 * count);
                MemorySegment constants = place.apply(ordinalMemory, 4L * 3 * count);
                MemorySegment queries = place.apply(queryMemory, 4L * 3 * 3);
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment terms = arena.allocate(4L * 3 * 256);
                    kernels.finish(scores, 3, count, constants, centres, stride, 256, queries, 15, terms);
                }
            }
            for (int bits = 1; bits <= 8; bits++) {
                Kernel kernel = Kernel.dotLevels(bits);
                for (int dimension = 1; dimension <= KernelsContract.LARGEST_DIMENSION; dimension++) {
                    MemorySegment levels = place.apply(queryMemory, 3L * dimension);
                    MemorySegment rows = place.apply(rowMemory, 3 * kernel.rowBytes(dimension));
                    kernels.packLevels(bits, levels, 3, dimension, rows, kernel.rowBytes(dimension), 0);
                    kernels.unpackLevels(bits, rows, kernel.rowBytes(dimension), 0, 3, dimension, levels);
                }
            }
        }
    }
}
