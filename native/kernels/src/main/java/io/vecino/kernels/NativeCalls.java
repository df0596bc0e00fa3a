package io.vecino.kernels;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The C ABI of {@code vecino_kernels.h}: one method handle per shape of function, called with the function's address.
 * Arguments are checked by the caller.
 */
final class NativeCalls {

    /**
     * Elements of a row up to which a single score is linked as a critical call, which keeps the garbage collector
     * waiting: about two microseconds.
     */
    static final int CRITICAL_DIMENSION = 16_384;

    private static final FunctionDescriptor PAIR_TYPE = FunctionDescriptor.of(JAVA_FLOAT, ADDRESS, ADDRESS, JAVA_INT);
    private static final MethodHandle PAIR = link(PAIR_TYPE);
    private static final MethodHandle SHORT_PAIR = link(PAIR_TYPE, Linker.Option.critical(false));
    private static final MethodHandle ROWS = returningCode(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle ORDINALS =
            returningCode(ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle BATCH =
            returningCode(ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle CONVERT = returningCode(ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle PACK = returningCode(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle FAST_SCAN =
            returningCode(ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle REPACK = returningCode(ADDRESS, ADDRESS, JAVA_INT, JAVA_INT);

    private static final MethodHandle READ_HALVES =
            returningCode(ADDRESS, JAVA_LONG, JAVA_INT, JAVA_FLOAT, JAVA_FLOAT, ADDRESS);
    private static final MethodHandle FINISH = returningCode(
            ADDRESS, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_FLOAT, ADDRESS);
    private static final MethodHandle SELECT_FLOATS = returningCode(ADDRESS, JAVA_INT, JAVA_FLOAT, ADDRESS);
    private static final MethodHandle SELECT_SUMS = returningCode(ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);

    private NativeCalls() {}

    /** The functions of one kernel at one level. */
    record Addresses(MemorySegment pair, MemorySegment rows, MemorySegment ordinals, MemorySegment batch) {

        static Addresses of(NativeLibrary.Loaded library, Kernel kernel, KernelLevel level) {
            String prefix = "vecino_" + kernel.symbol() + "_" + level.symbol() + "_";
            return new Addresses(
                    library.find(prefix + "pair"),
                    library.find(prefix + "rows"),
                    library.find(prefix + "ordinals"),
                    library.find(prefix + "batch"));
        }
    }

    static float pair(MemorySegment function, MemorySegment query, MemorySegment row, int dimension) {
        try {
            return dimension <= CRITICAL_DIMENSION
                    ? (float) SHORT_PAIR.invokeExact(function, query, row, dimension)
                    : (float) PAIR.invokeExact(function, query, row, dimension);
        } catch (Throwable cause) {
            throw rethrow(cause);
        }
    }

    static void rows(
            MemorySegment function,
            MemorySegment query,
            MemorySegment rows,
            long strideBytes,
            int count,
            int dimension,
            MemorySegment scores) {
        try {
            succeed((int) ROWS.invokeExact(function, query, rows, strideBytes, count, dimension, scores));
        } catch (Throwable cause) {
            throw rethrow(cause);
        }
    }

    static void ordinals(
            MemorySegment function,
            MemorySegment query,
            MemorySegment rows,
            long strideBytes,
            long rowCount,
            MemorySegment ordinals,
            int count,
            int dimension,
            MemorySegment scores) {
        int code;
        try {
            code = (int) ORDINALS.invokeExact(
                    function, query, rows, strideBytes, rowCount, ordinals, count, dimension, scores);
        } catch (Throwable cause) {
            throw rethrow(cause);
        }
        if (code > 0) {
            throw Arguments.ordinalOutOfRange(code - 1, ordinals, rowCount);
        }
        succeed(code);
    }

    static void batch(
            MemorySegment function,
            MemorySegment queries,
            int queryCount,
            MemorySegment rows,
            long strideBytes,
            int count,
            int dimension,
            MemorySegment scores) {
        try {
            succeed((int)
                    BATCH.invokeExact(function, queries, queryCount, rows, strideBytes, count, dimension, scores));
        } catch (Throwable cause) {
            throw rethrow(cause);
        }
    }

    static void convert(MemorySegment function, MemorySegment from, MemorySegment to, long count) {
        try {
            succeed((int) CONVERT.invokeExact(function, from, to, count));
        } catch (Throwable cause) {
            throw rethrow(cause);
        }
    }

    static void pack(
            MemorySegment function,
            MemorySegment from,
            MemorySegment to,
            long strideBytes,
            int count,
            int dimension,
            int bits) {
        try {
            succeed((int) PACK.invokeExact(function, from, to, strideBytes, count, dimension, bits));
        } catch (Throwable cause) {
            throw rethrow(cause);
        }
    }

    static void fastScan(
            MemorySegment function,
            MemorySegment luts,
            int queryCount,
            MemorySegment blocks,
            int blockCount,
            int subquantizers,
            MemorySegment sums) {
        try {
            succeed((int) FAST_SCAN.invokeExact(function, luts, queryCount, blocks, blockCount, subquantizers, sums));
        } catch (Throwable cause) {
            throw rethrow(cause);
        }
    }

    static void repack(MemorySegment function, MemorySegment from, MemorySegment to, int count, int subquantizers) {
        try {
            succeed((int) REPACK.invokeExact(function, from, to, count, subquantizers));
        } catch (Throwable cause) {
            throw rethrow(cause);
        }
    }

    static void readHalves(
            MemorySegment function,
            MemorySegment from,
            long strideBytes,
            int count,
            float origin,
            float unit,
            MemorySegment to) {
        try {
            succeed((int) READ_HALVES.invokeExact(function, from, strideBytes, count, origin, unit, to));
        } catch (Throwable cause) {
            throw rethrow(cause);
        }
    }

    static void finish(
            MemorySegment function,
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
        try {
            succeed((int) FINISH.invokeExact(
                    function,
                    scores,
                    queryCount,
                    count,
                    constants,
                    centres,
                    strideBytes,
                    centreCount,
                    queries,
                    top,
                    terms));
        } catch (Throwable cause) {
            throw rethrow(cause);
        }
    }

    static int selectFloats(
            MemorySegment function, MemorySegment values, int count, float least, MemorySegment positions) {
        try {
            return (int) SELECT_FLOATS.invokeExact(function, values, count, least, positions);
        } catch (Throwable cause) {
            throw rethrow(cause);
        }
    }

    static int selectSums(MemorySegment function, MemorySegment sums, int count, int least, MemorySegment positions) {
        try {
            return (int) SELECT_SUMS.invokeExact(function, sums, count, least, positions);
        } catch (Throwable cause) {
            throw rethrow(cause);
        }
    }

    static void succeed(int code) {
        if (code != 0) {
            throw new IllegalStateException("native kernel returned code " + code + ", expected 0");
        }
    }

    // The handles declare Throwable; what comes is unchecked: a closed segment, a segment of another thread.
    static RuntimeException rethrow(Throwable cause) {
        return switch (cause) {
            case RuntimeException unchecked -> unchecked;
            case Error error -> throw error;
            default -> throw new AssertionError("a native call threw a checked exception", cause);
        };
    }

    static MethodHandle returningCode(MemoryLayout... arguments) {
        return link(FunctionDescriptor.of(JAVA_INT, arguments));
    }

    @SuppressWarnings("restricted") // the one FFM binding of the project
    private static MethodHandle link(FunctionDescriptor type, Linker.Option... options) {
        return Linker.nativeLinker().downcallHandle(type, options);
    }
}
