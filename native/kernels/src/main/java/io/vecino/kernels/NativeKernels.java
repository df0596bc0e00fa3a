package io.vecino.kernels;

import java.lang.foreign.MemorySegment;
import java.util.EnumMap;

/** The kernels of one native level. */
final class NativeKernels implements Arithmetic {

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
    private final MemorySegment readHalves;
    private final MemorySegment finish;
    private final MemorySegment selectFloats;
    private final MemorySegment selectSums;

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
        readHalves = library.find("vecino_read_halves_" + level.symbol());
        finish = library.find("vecino_finish_" + level.symbol());
        selectFloats = library.find("vecino_select_floats_" + level.symbol());
        selectSums = library.find("vecino_select_sums_" + level.symbol());
    }

    @Override
    public KernelLevel level() {
        return level;
    }

    @Override
    public float score(Kernel kernel, MemorySegment query, MemorySegment row, int dimension) {
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
        NativeCalls.rows(of(kernel).rows(), query, rows, strideBytes, count, dimension, scores);
    }

    @Override
    public void scoreOrdinals(
            Kernel kernel,
            MemorySegment query,
            MemorySegment rows,
            long strideBytes,
            long rowCount,
            MemorySegment ordinals,
            int count,
            int dimension,
            MemorySegment scores) {
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
        NativeCalls.batch(of(kernel).batch(), queries, queryCount, rows, strideBytes, count, dimension, scores);
    }

    @Override
    public void encodeF16(MemorySegment from, MemorySegment to, long count) {
        NativeCalls.convert(encodeF16, from, to, count);
    }

    @Override
    public void decodeF16(MemorySegment from, MemorySegment to, long count) {
        NativeCalls.convert(decodeF16, from, to, count);
    }

    @Override
    public void encodeBF16(MemorySegment from, MemorySegment to, long count) {
        NativeCalls.convert(encodeBF16, from, to, count);
    }

    @Override
    public void decodeBF16(MemorySegment from, MemorySegment to, long count) {
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
        NativeCalls.fastScan(fastScan, luts, queryCount, blocks, blockCount, subquantizers, sums);
    }

    @Override
    public void packFastScan(MemorySegment codes, int count, int subquantizers, MemorySegment blocks) {
        NativeCalls.repack(packFastScan, codes, blocks, count, subquantizers);
    }

    @Override
    public void unpackFastScan(MemorySegment blocks, int count, int subquantizers, MemorySegment codes) {
        NativeCalls.repack(unpackFastScan, blocks, codes, count, subquantizers);
    }

    @Override
    public void readHalves(
            MemorySegment from, long strideBytes, int count, float origin, float unit, MemorySegment to) {
        NativeCalls.readHalves(readHalves, from, strideBytes, count, origin, unit, to);
    }

    @Override
    public void finish(
            MemorySegment scores,
            int queryCount,
            int count,
            MemorySegment constants,
            MemorySegment centres,
            long strideBytes,
            int centreCount,
            MemorySegment queries,
            float top,
            MemorySegment terms) {
        NativeCalls.finish(
                finish, scores, queryCount, count, constants, centres, strideBytes, centreCount, queries, top, terms);
    }

    @Override
    public int selectFloats(MemorySegment values, int count, float least, MemorySegment positions) {
        return NativeCalls.selectFloats(selectFloats, values, count, least, positions);
    }

    @Override
    public int selectSums(MemorySegment sums, int count, int least, MemorySegment positions) {
        return NativeCalls.selectSums(selectSums, sums, count, least, positions);
    }

    private NativeCalls.Addresses of(Kernel kernel) {
        NativeCalls.Addresses found = addresses.get(kernel);
        if (found == null) {
            throw new AssertionError("unbound kernel " + kernel);
        }
        return found;
    }
}
