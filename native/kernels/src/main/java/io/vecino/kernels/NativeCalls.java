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
