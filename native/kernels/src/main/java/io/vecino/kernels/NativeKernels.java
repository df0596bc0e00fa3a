package io.vecino.kernels;

import java.lang.foreign.MemorySegment;
import java.util.EnumMap;

/** The kernels of one native level. */
final class NativeKernels implements Kernels {

    private final KernelLevel level;
    private final EnumMap<Kernel, NativeCalls.Addresses> addresses = new EnumMap<>(Kernel.class);
    private final MemorySegment encodeF16;
    private final MemorySegment decodeF16;

    NativeKernels(KernelLevel level, NativeLibrary.Loaded library) {
        this.level = level;
        for (Kernel kernel : Kernel.values()) {
            addresses.put(kernel, NativeCalls.Addresses.of(library, kernel, level));
        }
        encodeF16 = library.find("vecino_encode_f16_" + level.symbol());
        decodeF16 = library.find("vecino_decode_f16_" + level.symbol());
    }

    @Override
    public KernelLevel level() {
        return level;
    }

    @Override
    public float score(Kernel kernel, MemorySegment query, MemorySegment row, int dimension) {
        Arguments.pair(kernel, query, row, dimension);
        return NativeCalls.pair(of(kernel).pair(), query, row, dimension);
    }

    @Override
    public void scoreRows(
            Kernel kernel,
            MemorySegment query,
            MemorySegment rows,
            long strideBytes,
            int count,
            int dimension,
            MemorySegment scores) {
        Arguments.rows(kernel, query, rows, strideBytes, count, dimension, scores);
        NativeCalls.rows(of(kernel).rows(), query, rows, strideBytes, count, dimension, scores);
    }

    @Override
    public void scoreOrdinals(
            Kernel kernel,
            MemorySegment query,
            MemorySegment rows,
            long strideBytes,
            MemorySegment ordinals,
            int count,
            int dimension,
            MemorySegment scores) {
        Arguments.ordinals(kernel, query, rows, strideBytes, ordinals, count, dimension, scores);
        long rowCount = Arguments.rowCount(kernel, rows, strideBytes, dimension);
        NativeCalls.ordinals(
                of(kernel).ordinals(), query, rows, strideBytes, rowCount, ordinals, count, dimension, scores);
    }

    @Override
    public void scoreBatch(
            Kernel kernel,
            MemorySegment queries,
            int queryCount,
            MemorySegment rows,
            long strideBytes,
            int count,
            int dimension,
            MemorySegment scores) {
        Arguments.batch(kernel, queries, queryCount, rows, strideBytes, count, dimension, scores);
        NativeCalls.batch(of(kernel).batch(), queries, queryCount, rows, strideBytes, count, dimension, scores);
    }

    @Override
    public void encodeF16(MemorySegment from, MemorySegment to, long count) {
        Arguments.conversion(from, Float.BYTES, to, Short.BYTES, count);
        NativeCalls.convert(encodeF16, from, to, count);
    }

    @Override
    public void decodeF16(MemorySegment from, MemorySegment to, long count) {
        Arguments.conversion(from, Short.BYTES, to, Float.BYTES, count);
        NativeCalls.convert(decodeF16, from, to, count);
    }

    private NativeCalls.Addresses of(Kernel kernel) {
        NativeCalls.Addresses found = addresses.get(kernel);
        if (found == null) {
            throw new AssertionError("unbound kernel " + kernel);
        }
        return found;
    }
}
