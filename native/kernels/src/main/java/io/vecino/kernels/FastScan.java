package io.vecino.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The block format of 4-bit product quantization that {@link Kernels#fastScan} reads, after André, Kermarrec and Le
 * Scouarnec, "Quicker ADC" (2019).
 *
 * <p>A block holds 32 vectors, 32 bytes for each pair of sub-quantizers: for sub-quantizer {@code m}, byte
 * {@code 16 m + k} has the code of vector {@code k} in its low half and that of vector {@code k + 16} in its high half.
 * Vectors that the last block lacks and the sub-quantizer that an odd number lacks have the code 0.
 */
public final class FastScan {

    /** Vectors of one block. */
    public static final int BLOCK_VECTORS = 32;

    /** Most sub-quantizers: so many entries of a table fit 16-bit sums. */
    public static final int MOST_SUBQUANTIZERS = 256;

    /** Bytes of the table of one sub-quantizer: an entry of one byte for each code. */
    public static final int TABLE_BYTES = 16;

    private static final int PAIR_BYTES = 32;

    private FastScan() {}

    /** Bytes of one block. */
    public static long blockBytes(int subquantizers) {
        return (subquantizers + 1L) / 2 * PAIR_BYTES;
    }

    /** Blocks that hold {@code count} vectors. */
    public static long blockCount(int count) {
        return (count + (long) BLOCK_VECTORS - 1) / BLOCK_VECTORS;
    }

    static void pack(MemorySegment codes, int count, int subquantizers, MemorySegment blocks) {
        blocks.asSlice(0, blockCount(count) * blockBytes(subquantizers)).fill((byte) 0);
        for (int v = 0; v < count; v++) {
            for (int m = 0; m < subquantizers; m++) {
                int code = codes.get(ValueLayout.JAVA_BYTE, (long) v * subquantizers + m) & 15;
                long at = position(v, m, subquantizers);
                int others = blocks.get(ValueLayout.JAVA_BYTE, at);
                blocks.set(ValueLayout.JAVA_BYTE, at, (byte) (others | code << shift(v)));
            }
        }
    }

    static void unpack(MemorySegment blocks, int count, int subquantizers, MemorySegment codes) {
        for (int v = 0; v < count; v++) {
            for (int m = 0; m < subquantizers; m++) {
                codes.set(
                        ValueLayout.JAVA_BYTE, (long) v * subquantizers + m, (byte) code(blocks, v, m, subquantizers));
            }
        }
    }

    static void scan(
            MemorySegment luts,
            int queryCount,
            MemorySegment blocks,
            int blockCount,
            int subquantizers,
            MemorySegment sums) {
        long vectors = (long) blockCount * BLOCK_VECTORS;
        for (int q = 0; q < queryCount; q++) {
            long tables = (long) q * subquantizers * TABLE_BYTES;
            for (long v = 0; v < vectors; v++) {
                int sum = 0;
                for (int m = 0; m < subquantizers; m++) {
                    long entry = tables + (long) m * TABLE_BYTES + code(blocks, v, m, subquantizers);
                    sum += Byte.toUnsignedInt(luts.get(ValueLayout.JAVA_BYTE, entry));
                }
                sums.set(ValueLayout.JAVA_SHORT_UNALIGNED, Short.BYTES * (q * vectors + v), (short) sum);
            }
        }
    }

    private static int code(MemorySegment blocks, long vector, int subquantizer, int subquantizers) {
        long at = position(vector, subquantizer, subquantizers);
        return blocks.get(ValueLayout.JAVA_BYTE, at) >> shift(vector) & 15;
    }

    private static long position(long vector, int subquantizer, int subquantizers) {
        return vector / BLOCK_VECTORS * blockBytes(subquantizers) + subquantizer * 16L + vector % 16;
    }

    private static int shift(long vector) {
        return vector % BLOCK_VECTORS < 16 ? 0 : 4;
    }
}
