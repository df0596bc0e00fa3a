package io.vecino.kernels;

import java.lang.foreign.MemorySegment;

/** What {@link Kernels} offers, for arguments that it has checked. */
sealed interface Arithmetic permits ScalarKernels, NativeKernels {

    KernelLevel level();

    float score(Kernel kernel, MemorySegment query, MemorySegment row, int dimension);

    void scoreRows(
            Kernel kernel,
            MemorySegment query,
            MemorySegment rows,
            long strideBytes,
            int count,
            int dimension,
            MemorySegment scores);

    void scoreOrdinals(
            Kernel kernel,
            MemorySegment query,
            MemorySegment rows,
            long strideBytes,
            long rowCount,
            MemorySegment ordinals,
            int count,
            int dimension,
            MemorySegment scores);

    void scoreBatch(
            Kernel kernel,
            MemorySegment queries,
            int queryCount,
            MemorySegment rows,
            long strideBytes,
            int count,
            int dimension,
            MemorySegment scores);

    void encodeF16(MemorySegment from, MemorySegment to, long count);

    void decodeF16(MemorySegment from, MemorySegment to, long count);

    void encodeBF16(MemorySegment from, MemorySegment to, long count);

    void decodeBF16(MemorySegment from, MemorySegment to, long count);

    void packLevels(
            int bits,
            MemorySegment levels,
            int count,
            int dimension,
            MemorySegment rows,
            long strideBytes,
            long offsetBytes);

    void unpackLevels(
            int bits,
            MemorySegment rows,
            long strideBytes,
            long offsetBytes,
            int count,
            int dimension,
            MemorySegment levels);

    void fastScan(
            MemorySegment luts,
            int queryCount,
            MemorySegment blocks,
            int blockCount,
            int subquantizers,
            MemorySegment sums);

    void packFastScan(MemorySegment codes, int count, int subquantizers, MemorySegment blocks);

    void unpackFastScan(MemorySegment blocks, int count, int subquantizers, MemorySegment codes);

    void readHalves(MemorySegment from, long strideBytes, int count, float origin, float unit, MemorySegment to);

    void finish(
            MemorySegment scores,
            int queryCount,
            int count,
            MemorySegment constants,
            MemorySegment centres,
            long strideBytes,
            int centreCount,
            MemorySegment queries,
            float top,
            MemorySegment terms);

    int selectFloats(MemorySegment values, int count, float least, MemorySegment positions);

    int selectSums(MemorySegment sums, int count, int least, MemorySegment positions);
}
