package io.vecino.kernels;

import java.lang.foreign.MemorySegment;
import java.util.EnumMap;

/** The kernels of one native level. */
final class NativeKernels implements Kernels {

    private final KernelLevel level;
    private final EnumMap<Kernel, NativeCalls.Addresses> addresses = new EnumMap<>(Kernel.class);
    private final MemorySegment encodeF16;
    private final MemorySegment decodeF16;
    private final MemorySegment encodeBF16;
    private final MemorySegment decodeBF16;
    private final MemorySegment packLevels;
    private final MemorySegment unpackLevels;
    private final MemorySegment fastScan;
    private final MemorySegment packFastScan;
    private final MemorySegment unpackFastScan;

    NativeKernels(KernelLevel level, NativeLibrary.Loaded library) {
        this.level = level;
        for (Kernel kernel : Kernel.values()) {
            addresses.put(kernel, NativeCalls.Addresses.of(library, kernel, level));
        }
        encodeF16 = library.find("vecino_encode_f16_" + level.symbol());
        decodeF16 = library.find("vecino_decode_f16_" + level.symbol());
        encodeBF16 = library.find("vecino_encode_bf16_" + level.symbol());
        decodeBF16 = library.find("vecino_decode_bf16_" + level.symbol());
        packLevels = library.find("vecino_pack_levels_" + level.symbol());
        unpackLevels = library.find("vecino_unpack_levels_" + level.symbol());
        fastScan = library.find("vecino_fast_scan_" + level.symbol());
        packFastScan = library.find("vecino_pack_fast_scan_" + level.symbol());
        unpackFastScan = library.find("vecino_unpack_fast_scan_" + level.symbol());
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

    @Override
    public void encodeBF16(MemorySegment from, MemorySegment to, long count) {
        Arguments.conversion(from, Float.BYTES, to, Short.BYTES, count);
        NativeCalls.convert(encodeBF16, from, to, count);
    }

    @Override
    public void decodeBF16(MemorySegment from, MemorySegment to, long count) {
        Arguments.conversion(from, Short.BYTES, to, Float.BYTES, count);
        NativeCalls.convert(decodeBF16, from, to, count);
    }

    @Override
    public void packLevels(
            int bits,
            MemorySegment levels,
            int count,
            int dimension,
            MemorySegment rows,
            long strideBytes,
            long offsetBytes) {
        Arguments.packing(bits, levels, count, dimension, rows, strideBytes, offsetBytes);
        Arguments.writable("rows", rows);
        NativeCalls.pack(packLevels, levels, rows.asSlice(offsetBytes), strideBytes, count, dimension, bits);
    }

    @Override
    public void unpackLevels(
            int bits,
            MemorySegment rows,
            long strideBytes,
            long offsetBytes,
            int count,
            int dimension,
            MemorySegment levels) {
        Arguments.packing(bits, levels, count, dimension, rows, strideBytes, offsetBytes);
        Arguments.writable("levels", levels);
        NativeCalls.pack(unpackLevels, rows.asSlice(offsetBytes), levels, strideBytes, count, dimension, bits);
    }

    @Override
    public void fastScan(
            MemorySegment luts,
            int queryCount,
            MemorySegment blocks,
            int blockCount,
            int subquantizers,
            MemorySegment sums) {
        Arguments.fastScan(luts, queryCount, blocks, blockCount, subquantizers, sums);
        NativeCalls.fastScan(fastScan, luts, queryCount, blocks, blockCount, subquantizers, sums);
    }

    @Override
    public void packFastScan(MemorySegment codes, int count, int subquantizers, MemorySegment blocks) {
        Arguments.fastScanPacking(codes, count, subquantizers, blocks);
        Arguments.writable("blocks", blocks);
        NativeCalls.repack(packFastScan, codes, blocks, count, subquantizers);
    }

    @Override
    public void unpackFastScan(MemorySegment blocks, int count, int subquantizers, MemorySegment codes) {
        Arguments.fastScanPacking(codes, count, subquantizers, blocks);
        Arguments.writable("codes", codes);
        NativeCalls.repack(unpackFastScan, blocks, codes, count, subquantizers);
    }

    private NativeCalls.Addresses of(Kernel kernel) {
        NativeCalls.Addresses found = addresses.get(kernel);
        if (found == null) {
            throw new AssertionError("unbound kernel " + kernel);
        }
        return found;
    }
}
