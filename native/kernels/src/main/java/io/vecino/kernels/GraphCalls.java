package io.vecino.kernels;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The C ABI of {@code vecino_graph.h}; arguments are checked by the caller. */
final class GraphCalls {
    private static final MethodHandle ROTATE =
            NativeCalls.returningCode(ADDRESS, ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS);
    private static final MethodHandle EXTENT =
            NativeCalls.returningCode(ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle CODE =
            NativeCalls.returningCode(ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_FLOAT, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle LINK =
            NativeCalls.returningCode(ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle MERGE = NativeCalls.returningCode(
            ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle TRIM = NativeCalls.returningCode(ADDRESS, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle PACK =
            NativeCalls.returningCode(ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle SEARCH =
            NativeCalls.returningCode(ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);

    private GraphCalls() {}

    static void rotate(
            MemorySegment function,
            MemorySegment space,
            MemorySegment points,
            int count,
            MemorySegment own,
            long stride,
            MemorySegment lengths) {
        try {
            NativeCalls.succeed((int) ROTATE.invokeExact(function, space, points, count, own, stride, lengths));
        } catch (Throwable cause) {
            throw NativeCalls.rethrow(cause);
        }
    }

    static void extent(
            MemorySegment function, MemorySegment own, long count, int dimension, int elementBytes, MemorySegment out) {
        try {
            NativeCalls.succeed((int) EXTENT.invokeExact(function, own, count, dimension, elementBytes, out));
        } catch (Throwable cause) {
            throw NativeCalls.rethrow(cause);
        }
    }

    static void code(
            MemorySegment function,
            MemorySegment own,
            long count,
            int dimension,
            int elementBytes,
            float factor,
            MemorySegment codes,
            MemorySegment norms,
            MemorySegment sums) {
        try {
            NativeCalls.succeed(
                    (int) CODE.invokeExact(function, own, count, dimension, elementBytes, factor, codes, norms, sums));
        } catch (Throwable cause) {
            throw NativeCalls.rethrow(cause);
        }
    }

    static boolean link(
            MemorySegment function,
            MemorySegment build,
            MemorySegment order,
            int first,
            int size,
            MemorySegment forward,
            MemorySegment counts,
            MemorySegment scratch,
            MemorySegment stop) {
        try {
            return (int) LINK.invokeExact(function, build, order, first, size, forward, counts, scratch, stop) == 0;
        } catch (Throwable cause) {
            throw NativeCalls.rethrow(cause);
        }
    }

    static void merge(
            MemorySegment function,
            MemorySegment build,
            MemorySegment order,
            int first,
            int size,
            MemorySegment forward,
            MemorySegment counts,
            int part,
            int parts,
            MemorySegment scratch) {
        try {
            NativeCalls.succeed((int)
                    MERGE.invokeExact(function, build, order, first, size, forward, counts, part, parts, scratch));
        } catch (Throwable cause) {
            throw NativeCalls.rethrow(cause);
        }
    }

    static void trim(
            MemorySegment function, MemorySegment build, int from, int to, MemorySegment out, MemorySegment scratch) {
        try {
            NativeCalls.succeed((int) TRIM.invokeExact(function, build, from, to, out, scratch));
        } catch (Throwable cause) {
            throw NativeCalls.rethrow(cause);
        }
    }

    static void pack(
            MemorySegment function,
            MemorySegment graph,
            MemorySegment own,
            long stride,
            MemorySegment neighbours,
            MemorySegment vertices,
            int from,
            int to) {
        try {
            NativeCalls.succeed((int) PACK.invokeExact(function, graph, own, stride, neighbours, vertices, from, to));
        } catch (Throwable cause) {
            throw NativeCalls.rethrow(cause);
        }
    }

    static int search(MemorySegment function, GraphScratch scratch) {
        Graph graph = scratch.graph();
        try {
            return (int) SEARCH.invokeExact(
                    function,
                    graph.descriptor(),
                    scratch.search,
                    scratch.query,
                    scratch.memory,
                    scratch.ordinals,
                    scratch.scores,
                    graph.rows());
        } catch (Throwable cause) {
            throw NativeCalls.rethrow(cause);
        }
    }
}
