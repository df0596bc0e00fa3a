package io.vecino.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.random.RandomGenerator;

/**
 * Random queries and rows for one kernel.
 *
 * @param queries contiguous queries
 * @param rows rows at {@code stride}; bytes between them are noise
 */
record Operands(
        Kernel kernel,
        int dimension,
        MemorySegment queries,
        int queryCount,
        MemorySegment rows,
        long stride,
        int count,
        MemorySegment scores) {

    /**
     * @param shift bytes by which every segment misses alignment
     * @param padding bytes between two rows
     */
    static Operands random(
            Arena arena,
            RandomGenerator random,
            Kernel kernel,
            int dimension,
            int queryCount,
            int count,
            int shift,
            int padding) {
        long stride = kernel.rowBytes(dimension) + padding;
        MemorySegment queries = allocate(arena, kernel.queryBytes(dimension) * queryCount, shift);
        MemorySegment rows = allocate(arena, Math.max(0, count * stride - padding), shift);
        MemorySegment scores = allocate(arena, 4L * queryCount * count, shift);
        for (long i = 0; i < (long) dimension * queryCount; i++) {
            if (kernel.isQdot()) {
                queries.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt(-128, 128));
            } else {
                queries.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * i, (float) random.nextGaussian());
            }
        }
        byte[] noise = new byte[(int) rows.byteSize()];
        random.nextBytes(noise);
        MemorySegment.copy(noise, 0, rows, ValueLayout.JAVA_BYTE, 0, noise.length);
        for (int r = 0; r < count; r++) {
            MemorySegment row = rows.asSlice(r * stride, kernel.rowBytes(dimension));
            if (PlaneRows.holds(kernel)) {
                row.fill((byte) 0);
            }
            fill(random, kernel, row, dimension);
        }
        return new Operands(kernel, dimension, queries, queryCount, rows, stride, count, scores);
    }

    MemorySegment query(int q) {
        return queries.asSlice(kernel.queryBytes(dimension) * q, kernel.queryBytes(dimension));
    }

    MemorySegment row(long r) {
        return rows.asSlice(r * stride, kernel.rowBytes(dimension));
    }

    float score(long index) {
        return scores.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * index);
    }

    static MemorySegment allocate(Arena arena, long bytes, int shift) {
        return arena.allocate(bytes + shift, 64).asSlice(shift, bytes);
    }

    /** Sets one element of a row to the nearest value that it can hold, or one like it; integers saturate. */
    static void setElement(Kernel kernel, MemorySegment row, int dimension, int i, float value) {
        switch (kernel) {
            case DOT_F32, L2_F32 -> row.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i, value);
            case DOT_F16, L2_F16 -> row.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i, Float.floatToFloat16(value));
            case DOT_BF16, L2_BF16 ->
                row.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i, (short) (Float.floatToRawIntBits(value) >> 16));
            case DOT_I8 -> row.set(ValueLayout.JAVA_BYTE, i, (byte) Math.clamp(value, -128f, 127f));
            case DOT_E4M3 -> row.set(ValueLayout.JAVA_BYTE, i, toE4M3(value));
            case DOT_E5M2 -> row.set(ValueLayout.JAVA_BYTE, i, (byte) (Float.floatToFloat16(value) >> 8));
            default -> PlaneRows.set(kernel, row, dimension, i, Math.max(0, (int) Math.min(value, 255)));
        }
    }

    // The extremes alone: NaN and infinity to NaN, large values to the largest, small ones to zero.
    private static byte toE4M3(float value) {
        int magnitude = Float.isFinite(value) ? (Math.abs(value) > 1 ? 0x7e : 0) : 0x7f;
        return (byte) (magnitude | (value < 0 ? 0x80 : 0));
    }

    private static void fill(RandomGenerator random, Kernel kernel, MemorySegment row, int dimension) {
        for (int i = 0; i < dimension; i++) {
            switch (kernel) {
                case DOT_I8 -> setElement(kernel, row, dimension, i, random.nextInt(-128, 128));
                case DOT_E4M3 -> row.set(ValueLayout.JAVA_BYTE, i, signed(random, random.nextInt(0x7f)));
                case DOT_E5M2 -> row.set(ValueLayout.JAVA_BYTE, i, signed(random, random.nextInt(0x7c)));
                default -> {
                    if (PlaneRows.holds(kernel)) {
                        PlaneRows.set(kernel, row, dimension, i, random.nextInt(256));
                    } else {
                        setElement(kernel, row, dimension, i, (float) random.nextGaussian());
                    }
                }
            }
        }
    }

    private static byte signed(RandomGenerator random, int magnitude) {
        return (byte) (magnitude | (random.nextBoolean() ? 0x80 : 0));
    }
}
