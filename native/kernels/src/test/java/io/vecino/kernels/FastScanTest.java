package io.vecino.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sums over blocks of 4-bit codes are exact, and blocks are laid out as their format says. */
final class FastScanTest {

    @ParameterizedTest
    @EnumSource
    void sumsEveryNumberOfSubquantizersExactly(KernelLevel level) {
        Kernels kernels = KernelsContract.require(level);
        SplittableRandom random = new SplittableRandom(KernelsContract.SEED);
        for (int subquantizers = 1; subquantizers <= FastScan.MOST_SUBQUANTIZERS; subquantizers++) {
            compare(kernels, random, subquantizers, random.nextInt(1, 100), random.nextInt(1, 7), false);
        }
    }

    @ParameterizedTest
    @EnumSource
    void holdsTheLargestSum(KernelLevel level) {
        Kernels kernels = KernelsContract.require(level);
        SplittableRandom random = new SplittableRandom(KernelsContract.SEED);
        for (int subquantizers : new int[] {1, 2, 128, 255, 256}) {
            compare(kernels, random, subquantizers, 40, 5, true);
        }
    }

    // Enough blocks that they are cut into several runs.
    @ParameterizedTest
    @EnumSource
    void sumsManyBlocksForManyQueries(KernelLevel level) {
        Kernels kernels = KernelsContract.require(level);
        compare(kernels, new SplittableRandom(KernelsContract.SEED), 256, 4500, 7, false);
    }

    private static void compare(
            Kernels kernels, SplittableRandom random, int subquantizers, int count, int queries, boolean largest) {
        byte[] codes = new byte[count * subquantizers];
        byte[] luts = new byte[queries * subquantizers * 16];
        random.nextBytes(codes);
        random.nextBytes(luts);
        if (largest) {
            Arrays.fill(luts, (byte) 255);
        }
        int blockCount = (int) FastScan.blockCount(count);
        long vectors = 32L * blockCount;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment codeSegment = copy(arena, codes);
            MemorySegment blocks = Operands.allocate(arena, blockCount * FastScan.blockBytes(subquantizers), 1);
            MemorySegment sums = Operands.allocate(arena, 2 * vectors * queries, 1);
            blocks.fill((byte) 0x5a);
            kernels.packFastScan(codeSegment, count, subquantizers, blocks);
            assertEquals(-1, blocksOf(arena, codes, count, subquantizers).mismatch(blocks), "blocks");
            kernels.fastScan(copy(arena, luts), queries, blocks, blockCount, subquantizers, sums);
            for (int q = 0; q < queries; q++) {
                for (int v = 0; v < count; v++) {
                    int expected = 0;
                    for (int m = 0; m < subquantizers; m++) {
                        int code = codes[v * subquantizers + m] & 15;
                        expected += Byte.toUnsignedInt(luts[(q * subquantizers + m) * 16 + code]);
                    }
                    short sum = sums.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * (q * vectors + v));
                    assertEquals(expected, Short.toUnsignedInt(sum), "seed " + KernelsContract.SEED);
                }
            }
            kernels.unpackFastScan(blocks, count, subquantizers, codeSegment);
            for (int i = 0; i < codes.length; i++) {
                assertEquals(codes[i] & 15, codeSegment.get(ValueLayout.JAVA_BYTE, i));
            }
        }
    }

    private static MemorySegment blocksOf(Arena arena, byte[] codes, int count, int subquantizers) {
        long blockBytes = (subquantizers + 1) / 2 * 32L;
        MemorySegment blocks = arena.allocate(blockBytes * ((count + 31) / 32));
        for (int v = 0; v < count; v++) {
            for (int m = 0; m < subquantizers; m++) {
                int code = codes[v * subquantizers + m] & 15;
                long at = v / 32 * blockBytes + m * 16L + v % 16;
                byte others = blocks.get(ValueLayout.JAVA_BYTE, at);
                blocks.set(ValueLayout.JAVA_BYTE, at, (byte) (v % 32 < 16 ? others | code : others | (code << 4)));
            }
        }
        return blocks;
    }

    private static MemorySegment copy(Arena arena, byte[] bytes) {
        MemorySegment segment = Operands.allocate(arena, bytes.length, 1);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return segment;
    }
}
