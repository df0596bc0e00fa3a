package io.vecino.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The checks that make the arguments of a kernel valid; the C++ side relies on them. */
final class Arguments {

    private static final int MOST_CENTRES = 256;

    private Arguments() {}

    static void pair(Kernel kernel, MemorySegment query, MemorySegment row, int dimension) {
        dimension(kernel, dimension);
        holds("query", query, kernel.queryBytes(dimension));
        holds("row", row, kernel.rowBytes(dimension));
    }

    static void rows(
            Kernel kernel,
            MemorySegment query,
            MemorySegment rows,
            long strideBytes,
            int count,
            int dimension,
            MemorySegment scores) {
        dimension(kernel, dimension);
        atLeast("count", 0, count);
        atLeast("strideBytes", kernel.rowBytes(dimension), strideBytes);
        holds("query", query, kernel.queryBytes(dimension));
        holdsRows(kernel, rows, strideBytes, count, dimension);
        holds("scores", scores, (long) Float.BYTES * count);
        writable("scores", scores);
    }

    static void ordinals(
            Kernel kernel,
            MemorySegment query,
            MemorySegment rows,
            long strideBytes,
            MemorySegment ordinals,
            int count,
            int dimension,
            MemorySegment scores) {
        dimension(kernel, dimension);
        atLeast("count", 0, count);
        atLeast("strideBytes", kernel.rowBytes(dimension), strideBytes);
        holds("query", query, kernel.queryBytes(dimension));
        holds("rows", rows, 0);
        holds("ordinals", ordinals, (long) Integer.BYTES * count);
        holds("scores", scores, (long) Float.BYTES * count);
        writable("scores", scores);
    }

    static void batch(
            Kernel kernel,
            MemorySegment queries,
            int queryCount,
            MemorySegment rows,
            long strideBytes,
            int count,
            int dimension,
            MemorySegment scores) {
        dimension(kernel, dimension);
        atLeast("queryCount", 0, queryCount);
        atLeast("count", 0, count);
        atLeast("strideBytes", kernel.rowBytes(dimension), strideBytes);
        String what = "queryCount * dimension " + (kernel.isQdot() ? "int8" : "float32");
        holds("queries", queries, what, (long) queryCount * dimension, kernel.isQdot() ? Byte.BYTES : Float.BYTES);
        holdsRows(kernel, rows, strideBytes, count, dimension);
        holds("scores", scores, "queryCount * count float32", (long) queryCount * count, Float.BYTES);
        writable("scores", scores);
    }

    static void conversion(MemorySegment from, int fromBytes, MemorySegment to, int toBytes, long count) {
        atLeast("count", 0, count);
        holds("from", from, "count elements", count, fromBytes);
        holds("to", to, "count elements", count, toBytes);
        writable("to", to);
    }

    static void packing(
            int bits,
            MemorySegment levels,
            int count,
            int dimension,
            MemorySegment rows,
            long strideBytes,
            long offsetBytes) {
        Kernel kernel = Kernel.dotLevels(bits);
        atLeast("dimension", 1, dimension);
        atLeast("count", 0, count);
        atLeast("strideBytes", kernel.rowBytes(dimension), strideBytes);
        atLeast("offsetBytes", 0, offsetBytes);
        holds("levels", levels, (long) count * dimension);
        holds("rows", rows, offsetBytes);
        holdsRows(kernel, rows.asSlice(offsetBytes), strideBytes, count, dimension);
    }

    static void fastScan(
            MemorySegment luts,
            int queryCount,
            MemorySegment blocks,
            int blockCount,
            int subquantizers,
            MemorySegment sums) {
        subquantizers(subquantizers);
        atLeast("queryCount", 0, queryCount);
        atLeast("blockCount", 0, blockCount);
        holds(
                "luts",
                luts,
                "queryCount * subquantizers tables",
                (long) queryCount * subquantizers,
                FastScan.TABLE_BYTES);
        holds("blocks", blocks, blockCount * FastScan.blockBytes(subquantizers));
        long sumBytes = (long) FastScan.BLOCK_VECTORS * Short.BYTES;
        holds("sums", sums, "queryCount * blockCount blocks of uint16", (long) queryCount * blockCount, (int) sumBytes);
        writable("sums", sums);
    }

    static void fastScanPacking(MemorySegment codes, int count, int subquantizers, MemorySegment blocks) {
        subquantizers(subquantizers);
        atLeast("count", 0, count);
        holds("codes", codes, (long) count * subquantizers);
        holds("blocks", blocks, FastScan.blockCount(count) * FastScan.blockBytes(subquantizers));
    }

    static void halves(MemorySegment from, long strideBytes, int count, MemorySegment to) {
        atLeast("count", 0, count);
        atLeast("strideBytes", Short.BYTES, strideBytes);
        holdsStrided("from", from, strideBytes, count, Short.BYTES);
        holds("to", to, (long) Float.BYTES * count);
        writable("to", to);
    }

    static void finish(
            MemorySegment scores,
            int queryCount,
            int count,
            MemorySegment constants,
            MemorySegment centres,
            long strideBytes,
            int centreCount,
            MemorySegment queries,
            MemorySegment terms) {
        atLeast("queryCount", 0, queryCount);
        atLeast("count", 0, count);
        atLeast("strideBytes", 1, strideBytes);
        atLeast("centreCount", 1, centreCount);
        if (centreCount > MOST_CENTRES) {
            throw new IllegalArgumentException("centreCount must be at most " + MOST_CENTRES + ", got " + centreCount);
        }
        holds("scores", scores, "queryCount * count float32", (long) queryCount * count, Float.BYTES);
        writable("scores", scores);
        holds("constants", constants, 3L * count * Float.BYTES);
        if (centreCount > 1) {
            holdsStrided("centres", centres, strideBytes, count, 1);
        }
        holds("queries", queries, 3L * queryCount * Float.BYTES);
        holds("terms", terms, (long) queryCount * termsPerQuery(centreCount) * Float.BYTES);
    }

    /** As many as a byte can name, so that no byte reads outside. */
    static int termsPerQuery(int centreCount) {
        return centreCount == 1 ? 1 : MOST_CENTRES;
    }

    static void selection(MemorySegment values, int valueBytes, int count, MemorySegment positions) {
        atLeast("count", 0, count);
        holds("values", values, (long) valueBytes * count);
        holds("positions", positions, (long) Integer.BYTES * count);
        writable("positions", positions);
    }

    static void sum(int least) {
        if (least < 0 || least > 0xFFFF) {
            throw new IllegalArgumentException("least must be in [0, 65535], got " + least);
        }
    }

    private static void holdsStrided(String name, MemorySegment segment, long strideBytes, int count, int bytes) {
        holds(name, segment, 0);
        long room = segment.byteSize() - bytes;
        if (count > 0 && (room < 0 || room / strideBytes < count - 1)) {
            throw new IllegalArgumentException(name + " must hold " + count + " values of " + bytes + " bytes, "
                    + strideBytes + " bytes apart, got " + segment.byteSize() + " bytes");
        }
    }

    private static void subquantizers(int subquantizers) {
        atLeast("subquantizers", 1, subquantizers);
        if (subquantizers > FastScan.MOST_SUBQUANTIZERS) {
            throw new IllegalArgumentException(
                    "subquantizers must be at most " + FastScan.MOST_SUBQUANTIZERS + ", got " + subquantizers);
        }
    }

    private static void dimension(Kernel kernel, int dimension) {
        atLeast("dimension", 1, dimension);
        if (kernel.isQdot() && dimension > Kernel.LARGEST_QDOT_DIMENSION) {
            throw new IllegalArgumentException("dimension must be at most " + Kernel.LARGEST_QDOT_DIMENSION + " for "
                    + kernel + ", got " + dimension);
        }
    }

    /** How many whole rows the segment holds: the bound of an ordinal. */
    static long rowCount(Kernel kernel, MemorySegment rows, long strideBytes, int dimension) {
        long room = rows.byteSize() - kernel.rowBytes(dimension);
        return room < 0 ? 0 : room / strideBytes + 1;
    }

    static IllegalArgumentException ordinalOutOfRange(int position, MemorySegment ordinals, long rowCount) {
        int ordinal = ordinals.get(ValueLayout.JAVA_INT_UNALIGNED, (long) Integer.BYTES * position);
        return new IllegalArgumentException(
                "ordinals[" + position + "] must be in [0, " + rowCount + "), got " + ordinal);
    }

    private static void holdsRows(Kernel kernel, MemorySegment rows, long strideBytes, int count, int dimension) {
        holds("rows", rows, 0);
        long held = rowCount(kernel, rows, strideBytes, dimension);
        if (held < count) {
            throw new IllegalArgumentException("rows must hold " + count + " rows of " + kernel.rowBytes(dimension)
                    + " bytes, " + strideBytes + " bytes apart; it holds " + held + ", having " + rows.byteSize()
                    + " bytes");
        }
    }

    static void holds(String name, MemorySegment segment, long bytes) {
        if (!segment.isNative()) {
            throw new IllegalArgumentException(name + " must be a native segment, got a heap segment");
        }
        if (segment.byteSize() < bytes) {
            throw new IllegalArgumentException(
                    name + " must hold at least " + bytes + " bytes, got " + segment.byteSize());
        }
    }

    // Divides instead of multiplying: elements * elementBytes can exceed a long.
    private static void holds(String name, MemorySegment segment, String what, long elements, int elementBytes) {
        holds(name, segment, 0);
        if (segment.byteSize() / elementBytes < elements) {
            throw new IllegalArgumentException(name + " must hold " + what + ", that is " + elements + " of "
                    + elementBytes + " bytes each, got " + segment.byteSize() + " bytes");
        }
    }

    static void writable(String name, MemorySegment segment) {
        if (segment.isReadOnly()) {
            throw new IllegalArgumentException(name + " must be writable, got a read-only segment");
        }
    }

    static void atLeast(String name, long least, long value) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", got " + value);
        }
    }
}
