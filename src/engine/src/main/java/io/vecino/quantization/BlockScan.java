package io.vecino.quantization;

import io.vecino.kernels.FastScan;
import io.vecino.kernels.Kernels;
import io.vecino.storage.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Queries bound to 4-bit codes in blocks. Tables are rounded to bytes with one step per query; a sum of bytes tells the
 * score up to the sum of the tables' rounding errors, so that no code which reaches a bound is missed. What is selected is
 * summed again over the float tables.
 */
final class BlockScan implements CodeScan {
    private static final int TOP = 255;

    /** Float32 sums of the tables may differ by this much from exact ones, relative to the largest sum. */
    private static final double ROUNDING = 1e-5;

    private final Kernels kernels = Kernels.best();
    private final BlockStorage storage;
    private final TableScorer exact;
    private final int queryCount;
    private final MemorySegment tables;
    private final MemorySegment sums;
    private final double[] steps;
    private final double[] offsets;
    private final byte[] row;
    private MemorySegment stored = MemorySegment.NULL;
    private int stride;
    private int count;

    /** @param values per query, parts × 16 */
    BlockScan(BlockStorage storage, float[][] values, TableScorer exact, int mostCodes, Scratch scratch) {
        int parts = storage.parts();
        this.storage = storage;
        this.exact = exact;
        this.queryCount = values.length;
        this.tables = scratch.bytes((long) queryCount * parts * FastScan.TABLE_BYTES);
        this.sums = scratch.bytes(queryCount * FastScan.blockCount(mostCodes) * FastScan.BLOCK_VECTORS * Short.BYTES);
        this.steps = new double[queryCount];
        this.offsets = new double[queryCount];
        this.row = new byte[(parts + 1) / 2];
        for (int q = 0; q < queryCount; q++) {
            round(values[q], q);
        }
    }

    /** Writes a query's tables: value ≈ least of its table + step · byte. */
    private void round(float[] values, int query) {
        int parts = storage.parts();
        float[] least = new float[parts];
        double range = 0;
        double magnitude = 0;
        for (int part = 0; part < parts; part++) {
            float low = values[part * 16];
            float high = low;
            for (int code = 1; code < 16; code++) {
                low = Math.min(low, values[part * 16 + code]);
                high = Math.max(high, values[part * 16 + code]);
            }
            least[part] = low;
            range = Math.max(range, (double) high - low);
            magnitude += Math.max(Math.abs(low), Math.abs(high));
        }
        double step = range > 0 ? range / TOP : 1;
        double offset = magnitude * ROUNDING;
        for (int part = 0; part < parts; part++) {
            double most = 0;
            for (int code = 0; code < 16; code++) {
                double above = (double) values[part * 16 + code] - least[part];
                int rounded = (int) Math.min(TOP, Math.round(above / step));
                most = Math.max(most, above - rounded * step);
                long at = ((long) query * parts + part) * FastScan.TABLE_BYTES + code;
                tables.set(ValueLayout.JAVA_BYTE, at, (byte) rounded);
            }
            offset += least[part] + most;
        }
        steps[query] = step;
        offsets[query] = offset;
    }

    @Override
    public void look(MemorySegment codes, int codeCount) {
        stored = codes;
        count = codeCount;
        int blocks = (int) FastScan.blockCount(codeCount);
        stride = blocks * FastScan.BLOCK_VECTORS;
        kernels.fastScan(tables, queryCount, codes, blocks, storage.parts(), sums);
    }

    /** A score is at most offset + step · sum. */
    @Override
    public int select(int query, float least, MemorySegment positions) {
        double bound = Math.floor((least - offsets[query]) / steps[query]);
        if (bound > 0xFFFF) {
            return 0;
        }
        MemorySegment own = sums.asSlice((long) query * stride * Short.BYTES);
        return kernels.selectSums(own, count, bound > 0 ? (int) bound : 0, positions);
    }

    @Override
    public void score(int query, MemorySegment positions, int selected, MemorySegment scores) {
        for (int i = 0; i < selected; i++) {
            storage.copyRow(stored, positions.getAtIndex(ValueLayout.JAVA_INT, i), row);
            scores.setAtIndex(ValueLayout.JAVA_FLOAT, i, exact.sum(query, row));
        }
    }
}
