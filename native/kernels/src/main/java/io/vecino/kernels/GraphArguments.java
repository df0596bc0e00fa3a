package io.vecino.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The checks that make the arguments of {@link GraphKernels} valid. */
final class GraphArguments {
    private GraphArguments() {}

    static void rotate(GraphSpace space, MemorySegment points, int count, MemorySegment own, MemorySegment lengths) {
        Arguments.atLeast("count", 0, count);
        Arguments.holds("points", points, (long) count * space.queryDimension() * Float.BYTES);
        writes("own", own, count * space.ownBytes());
        writes("lengths", lengths, (long) count * Float.BYTES);
    }

    static void extent(GraphSpace space, MemorySegment own, int count) {
        Arguments.atLeast("count", 0, count);
        Arguments.holds("own", own, count * space.ownBytes());
    }

    static void code(
            GraphSpace space,
            MemorySegment own,
            int count,
            MemorySegment codes,
            MemorySegment norms,
            MemorySegment sums) {
        extent(space, own, count);
        writes("codes", codes, (long) count * space.dimension());
        writes("norms", norms, (long) count * Integer.BYTES);
        writes("sums", sums, (long) count * Integer.BYTES);
    }

    static void batch(
            GraphBuild build,
            MemorySegment order,
            int first,
            int size,
            MemorySegment forward,
            MemorySegment counts,
            MemorySegment scratch) {
        Arguments.atLeast("first", 0, first);
        Arguments.atLeast("size", 0, size);
        Arguments.holds("order", order, ((long) first + size) * Integer.BYTES);
        Arguments.holds("forward", forward, (long) size * GraphSpace.DEGREE * Integer.BYTES);
        Arguments.holds("counts", counts, (long) size * Integer.BYTES);
        writes("scratch", scratch, build.scratchBytes());
        for (int i = first; i < first + size; i++) {
            int point = order.getAtIndex(ValueLayout.JAVA_INT, i);
            if (point < 0 || point >= build.count()) {
                throw new IllegalArgumentException(
                        "order[" + i + "]: expected less than " + build.count() + ", got " + point);
            }
        }
    }

    static void part(int part, int parts) {
        if (part < 0 || part >= parts) {
            throw new IllegalArgumentException("part: expected 0 to " + (parts - 1) + ", got " + part);
        }
    }

    static void range(int from, int to, int count) {
        if (from < 0 || to < from || to > count) {
            throw new IllegalArgumentException(
                    "range: expected one within [0, " + count + "), got [" + from + ", " + to + ")");
        }
    }

    static void writes(String name, MemorySegment segment, long bytes) {
        Arguments.holds(name, segment, bytes);
        Arguments.writable(name, segment);
    }
}
