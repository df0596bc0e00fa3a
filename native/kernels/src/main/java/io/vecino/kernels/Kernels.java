package io.vecino.kernels;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * Scores of stored rows against float32 or int8 queries, at one {@link KernelLevel}. Instances are immutable and safe to share.
 *
 * <p><b>Segments</b> are native (off-heap or mapped), of any alignment, in native byte order; a heap segment is refused
 * at every level. A segment that is written must not overlap one that is read. Nothing outside the rows that are scored
 * is read: neither the padding between rows nor what follows the last one.
 *
 * <p><b>Precision</b>: scores are float32. Native levels accumulate in 8 or 16 float32 sums, so the error is at most
 * {@code (terms / 8 + 8) * 2^-23} of the sum of the terms' magnitudes, where a row has {@code dimension} terms in each plane; level {@code SCALAR} accumulates in float64.
 * NaN and infinities propagate as in IEEE arithmetic, denormals are not flushed. Within one level a pair scores
 * bit-identically whichever method scores it.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} names the argument, what was expected and what was given. After
 * one, nothing has been written, except by {@link #scoreOrdinals} for an ordinal out of range, which leaves
 * {@code scores} unspecified.
 */
public final class Kernels {

    private final Arithmetic arithmetic;

    Kernels(Arithmetic arithmetic) {
        this.arithmetic = arithmetic;
    }

    /** The highest level that the CPU, the operating system and {@code -Dvecino.kernels.level} allow. */
    public static Kernels best() {
        return KernelRegistry.SYSTEM.best();
    }

    /**
     * The kernels of one level.
     *
     * @throws IllegalStateException if the level is not {@linkplain #available() available}; names it and says why
     */
    public static Kernels at(KernelLevel level) {
        return KernelRegistry.SYSTEM.at(level);
    }

    /** The levels that {@link #at} gives here, lowest first; {@code SCALAR} is always among them. */
    public static List<KernelLevel> available() {
        return KernelRegistry.SYSTEM.available();
    }

    /** Why no native level can be used, or empty if the native library is loaded. */
    public static Optional<Throwable> loadFailure() {
        return KernelRegistry.SYSTEM.loadFailure();
    }

    /** The level of these kernels. */
    public KernelLevel level() {
        return arithmetic.level();
    }

    /**
     * The score of one row. For many rows use the bulk methods: a call costs more than a short row.
     *
     * @param query {@code dimension} elements, float32 or as the kernel says
     * @param row {@link Kernel#rowBytes} bytes
     * @param dimension at least 1
     */
    public float score(Kernel kernel, MemorySegment query, MemorySegment row, int dimension) {
        Arguments.pair(kernel, query, row, dimension);
        return arithmetic.score(kernel, query, row, dimension);
    }

    /**
     * Scores consecutive rows: {@code scores[i] = kernel(query, rows + i * strideBytes)} for {@code i < count}.
     *
     * @param query {@code dimension} elements, float32 or as the kernel says
     * @param rows {@code (count - 1) * strideBytes + rowBytes} bytes
     * @param strideBytes distance between the starts of two rows, at least {@link Kernel#rowBytes}
     * @param count number of rows, at least 0
     * @param dimension at least 1
     * @param scores float32, {@code count} elements, written
     */
    public void scoreRows(
            Kernel kernel,
            MemorySegment query,
            MemorySegment rows,
            long strideBytes,
            int count,
            int dimension,
            MemorySegment scores) {
        Arguments.rows(kernel, query, rows, strideBytes, count, dimension, scores);
        arithmetic.scoreRows(kernel, query, rows, strideBytes, count, dimension, scores);
    }

    /**
     * Scores chosen rows: {@code scores[i] = kernel(query, rows + ordinals[i] * strideBytes)} for {@code i < count}. An
     * ordinal is valid if its whole row lies in {@code rows}.
     *
     * @param query {@code dimension} elements, float32 or as the kernel says
     * @param rows the rows that ordinals count from
     * @param strideBytes distance between the starts of two rows, at least {@link Kernel#rowBytes}
     * @param ordinals int32, {@code count} elements, in any order, repetitions allowed
     * @param count number of ordinals, at least 0
     * @param dimension at least 1
     * @param scores float32, {@code count} elements, written
     */
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
        arithmetic.scoreOrdinals(
                kernel,
                query,
                rows,
                strideBytes,
                Arguments.rowCount(kernel, rows, strideBytes, dimension),
                ordinals,
                count,
                dimension,
                scores);
    }

    /**
     * Scores many queries against consecutive rows: {@code scores[q * count + i] = kernel(query q, row i)}.
     *
     * @param queries {@code queryCount * dimension} elements, float32 or as the kernel says, one query after the other
     * @param queryCount number of queries, at least 0
     * @param rows {@code (count - 1) * strideBytes + rowBytes} bytes
     * @param strideBytes distance between the starts of two rows, at least {@link Kernel#rowBytes}
     * @param count number of rows, at least 0
     * @param dimension at least 1
     * @param scores float32, {@code queryCount * count} elements, written
     */
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
        arithmetic.scoreBatch(kernel, queries, queryCount, rows, strideBytes, count, dimension, scores);
    }

    /**
     * Rounds float32 to IEEE 754 binary16, to nearest, ties to even; beyond 65,504 to infinity.
     *
     * @param from float32, {@code count} elements
     * @param to binary16, {@code count} elements, written
     * @param count at least 0
     */
    public void encodeF16(MemorySegment from, MemorySegment to, long count) {
        Arguments.conversion(from, Float.BYTES, to, Short.BYTES, count);
        arithmetic.encodeF16(from, to, count);
    }

    /**
     * Widens IEEE 754 binary16 to float32, exactly.
     *
     * @param from binary16, {@code count} elements
     * @param to float32, {@code count} elements, written
     * @param count at least 0
     */
    public void decodeF16(MemorySegment from, MemorySegment to, long count) {
        Arguments.conversion(from, Short.BYTES, to, Float.BYTES, count);
        arithmetic.decodeF16(from, to, count);
    }

    /**
     * Rounds float32 to bfloat16, the upper half of a float32: to nearest, ties to even, beyond the largest to infinity;
     * NaN becomes a quiet NaN.
     *
     * @param from float32, {@code count} elements
     * @param to bfloat16, {@code count} elements, written
     * @param count at least 0
     */
    public void encodeBF16(MemorySegment from, MemorySegment to, long count) {
        Arguments.conversion(from, Float.BYTES, to, Short.BYTES, count);
        arithmetic.encodeBF16(from, to, count);
    }

    /**
     * Widens bfloat16 to float32, exactly.
     *
     * @param from bfloat16, {@code count} elements
     * @param to float32, {@code count} elements, written
     * @param count at least 0
     */
    public void decodeBF16(MemorySegment from, MemorySegment to, long count) {
        Arguments.conversion(from, Short.BYTES, to, Float.BYTES, count);
        arithmetic.decodeBF16(from, to, count);
    }

    /**
     * Packs levels into the rows that {@link Kernel#dotLevels} of the same width scores. Bytes of {@code rows} outside
     * the rows are not touched.
     *
     * @param bits 1 to 8; of each level the lowest {@code bits} bits are kept
     * @param levels unsigned bytes, {@code count * dimension}, one vector after the other
     * @param count number of rows, at least 0
     * @param dimension at least 1
     * @param rows row {@code i} starts at {@code offsetBytes + i * strideBytes}, written
     * @param strideBytes distance between the starts of two rows, at least {@link Kernel#rowBytes}
     * @param offsetBytes start of the first row, at least 0
     */
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
        arithmetic.packLevels(bits, levels, count, dimension, rows, strideBytes, offsetBytes);
    }

    /**
     * Unpacks rows into levels: the inverse of {@link #packLevels}.
     *
     * @param bits 1 to 8
     * @param rows row {@code i} starts at {@code offsetBytes + i * strideBytes}
     * @param strideBytes distance between the starts of two rows, at least {@link Kernel#rowBytes}
     * @param offsetBytes start of the first row, at least 0
     * @param count number of rows, at least 0
     * @param dimension at least 1
     * @param levels unsigned bytes, {@code count * dimension}, one vector after the other, written
     */
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
        arithmetic.unpackLevels(bits, rows, strideBytes, offsetBytes, count, dimension, levels);
    }

    /**
     * Sums table entries over 4-bit codes in the blocks of {@link FastScan}:
     * {@code sums[q * blockCount * 32 + v] = sum over m of luts[q][m][code m of vector v]}, exactly.
     *
     * @param luts unsigned bytes, {@code queryCount * subquantizers * 16}
     * @param queryCount number of queries, at least 0
     * @param blocks {@code blockCount} blocks; aligned to 64 bytes they are read fastest
     * @param blockCount at least 0
     * @param subquantizers 1 to 256
     * @param sums uint16, {@code queryCount * blockCount * 32}, written; those of vectors that the last block lacks are
     *     sums for code 0
     */
    public void fastScan(
            MemorySegment luts,
            int queryCount,
            MemorySegment blocks,
            int blockCount,
            int subquantizers,
            MemorySegment sums) {
        Arguments.fastScan(luts, queryCount, blocks, blockCount, subquantizers, sums);
        arithmetic.fastScan(luts, queryCount, blocks, blockCount, subquantizers, sums);
    }

    /** {@link #fastScan} of one query. */
    public void fastScan(
            MemorySegment luts, MemorySegment blocks, int blockCount, int subquantizers, MemorySegment sums) {
        fastScan(luts, 1, blocks, blockCount, subquantizers, sums);
    }

    /**
     * Packs 4-bit codes into the blocks of {@link FastScan}.
     *
     * @param codes a byte for each code of which the lowest 4 bits are kept, {@code count * subquantizers}, one vector
     *     after the other
     * @param count number of vectors, at least 0
     * @param subquantizers 1 to 256
     * @param blocks {@link FastScan#blockCount} blocks of {@link FastScan#blockBytes}, written
     */
    public void packFastScan(MemorySegment codes, int count, int subquantizers, MemorySegment blocks) {
        Arguments.fastScanPacking(codes, count, subquantizers, blocks);
        Arguments.writable("blocks", blocks);
        arithmetic.packFastScan(codes, count, subquantizers, blocks);
    }

    /**
     * Unpacks blocks into codes of one byte: the inverse of {@link #packFastScan}.
     *
     * @param blocks {@link FastScan#blockCount} blocks of {@link FastScan#blockBytes}
     * @param count number of vectors, at least 0
     * @param subquantizers 1 to 256
     * @param codes bytes, {@code count * subquantizers}, written
     */
    public void unpackFastScan(MemorySegment blocks, int count, int subquantizers, MemorySegment codes) {
        Arguments.fastScanPacking(codes, count, subquantizers, blocks);
        Arguments.writable("codes", codes);
        arithmetic.unpackFastScan(blocks, count, subquantizers, codes);
    }

    /**
     * Widens the binary16 constants of codes: {@code to[i] = origin + unit * half(from + i * strideBytes)}.
     *
     * @param from {@code (count - 1) * strideBytes + 2} bytes
     * @param strideBytes distance between two constants, at least 2
     * @param count at least 0
     * @param to float32, {@code count} elements, written
     */
    public void readHalves(
            MemorySegment from, long strideBytes, int count, float origin, float unit, MemorySegment to) {
        Arguments.halves(from, strideBytes, count, to);
        arithmetic.readHalves(from, strideBytes, count, origin, unit, to);
    }

    /**
     * Turns inner products of queries and levels into scores of codes, in place:
     * {@code term + scale * (factor * score + zero * sum + reach * error) + bias}, where {@code reach} is the larger of
     * {@code |zero|} and {@code |zero + top|}.
     *
     * @param scores float32, {@code queryCount * count} elements, read and written
     * @param queryCount number of queries, at least 0
     * @param count number of codes, at least 0
     * @param constants float32, {@code 3 * count}: all scales, all zeros, all biases
     * @param centres a byte for each code, {@code strideBytes} apart, below {@code centreCount}; not read if that is 1
     * @param strideBytes at least 1
     * @param centreCount 1 to 256
     * @param queries float32, {@code 3 * queryCount}: factor, sum and error of each query
     * @param top the largest level
     * @param terms float32, 256 for each query if {@code centreCount} is above 1, of which the first {@code centreCount}
     *     are used, else 1 for each query
     */
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
        Arguments.finish(scores, queryCount, count, constants, centres, strideBytes, centreCount, queries, terms);
        arithmetic.finish(scores, queryCount, count, constants, centres, strideBytes, centreCount, queries, top, terms);
    }

    /**
     * Finds the values that reach a bound.
     *
     * @param values float32, {@code count} elements; NaN never reaches it
     * @param count at least 0
     * @param positions int32, room for {@code count}, written: the positions found, in order
     * @return how many were found
     */
    public int selectFloats(MemorySegment values, int count, float least, MemorySegment positions) {
        Arguments.selection(values, Float.BYTES, count, positions);
        return arithmetic.selectFloats(values, count, least, positions);
    }

    /**
     * Finds the sums of {@link #fastScan} that reach a bound.
     *
     * @param sums uint16, {@code count} elements
     * @param count at least 0
     * @param least 0 to 65,535
     * @param positions int32, room for {@code count}, written: the positions found, in order
     * @return how many were found
     */
    public int selectSums(MemorySegment sums, int count, int least, MemorySegment positions) {
        Arguments.selection(sums, Short.BYTES, count, positions);
        Arguments.sum(least);
        return arithmetic.selectSums(sums, count, least, positions);
    }
}
