package io.vecino.kernels;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** The graph in plain Java: the oracle of the native levels, and what runs where there are none. */
final class ScalarGraphKernels implements GraphKernels {

    @Override
    public KernelLevel level() {
        return KernelLevel.SCALAR;
    }

    @Override
    public void rotate(GraphSpace space, MemorySegment points, int count, MemorySegment own, MemorySegment lengths) {
        GraphArguments.rotate(space, points, count, own, lengths);
        float[] point = new float[space.queryDimension()];
        float[] rotated = new float[space.dimension()];
        for (int p = 0; p < count; p++) {
            for (int i = 0; i < point.length; i++) {
                point[i] = ScalarGraphSpace.at(points, (long) p * point.length + i);
            }
            float length = ScalarGraphSpace.enter(space, point, rotated);
            lengths.set(JAVA_FLOAT_UNALIGNED, (long) p * Float.BYTES, length);
            ScalarGraphSpace.store(space, rotated, own, p * space.ownBytes());
        }
    }

    @Override
    public Extent extent(GraphSpace space, MemorySegment own, int count) {
        GraphArguments.extent(space, own, count);
        float largest = 0;
        double squares = 0;
        for (int p = 0; p < count; p++) {
            for (int i = 0; i < space.dimension(); i++) {
                float value = ScalarGraphSpace.element(space, own, p * space.ownBytes(), i);
                largest = Math.max(largest, Math.abs(value));
                squares += (double) value * value;
            }
        }
        return new Extent(largest, (float) squares);
    }

    @Override
    public void code(
            GraphSpace space,
            MemorySegment own,
            int count,
            float factor,
            MemorySegment codes,
            MemorySegment norms,
            MemorySegment sums) {
        GraphArguments.code(space, own, count, codes, norms, sums);
        ScalarGraphSpace.code(space, own, count, factor, codes, norms, sums);
    }

    @Override
    public boolean link(
            GraphBuild build,
            MemorySegment order,
            int first,
            int size,
            MemorySegment forward,
            MemorySegment counts,
            MemorySegment scratch,
            MemorySegment stop) {
        GraphArguments.batch(build, order, first, size, forward, counts, scratch);
        Arguments.holds("stop", stop, Integer.BYTES);
        ScalarGraphBuild points = new ScalarGraphBuild(build);
        for (int i = 0; i < size; i++) {
            if (ScalarGraphBuild.read(stop, 0) != 0) {
                return false;
            }
            List<Integer> chosen = points.link(ScalarGraphBuild.read(order, (long) first + i));
            write(forward, i, chosen);
            ScalarGraphBuild.write(counts, i, chosen.size());
        }
        return true;
    }

    private static void write(MemorySegment lists, int row, List<Integer> ids) {
        for (int j = 0; j < ids.size(); j++) {
            ScalarGraphBuild.write(lists, (long) row * GraphSpace.DEGREE + j, ids.get(j));
        }
    }

    @Override
    public void merge(
            GraphBuild build,
            MemorySegment order,
            int first,
            int size,
            MemorySegment forward,
            MemorySegment counts,
            int part,
            int parts,
            MemorySegment scratch) {
        GraphArguments.batch(build, order, first, size, forward, counts, scratch);
        GraphArguments.part(part, parts);
        ScalarGraphBuild points = new ScalarGraphBuild(build);
        for (int i = 0; i < size; i++) {
            int point = ScalarGraphBuild.read(order, (long) first + i);
            for (int j = 0; j < ScalarGraphBuild.read(counts, i); j++) {
                int neighbour = ScalarGraphBuild.read(forward, (long) i * GraphSpace.DEGREE + j);
                if (point % parts == part) {
                    points.add(point, neighbour);
                }
                if (neighbour % parts == part) {
                    points.add(neighbour, point);
                }
            }
        }
    }

    @Override
    public void trim(GraphBuild build, int from, int to, MemorySegment out, MemorySegment scratch) {
        GraphArguments.range(from, to, build.count());
        GraphArguments.writes("out", out, (long) build.count() * GraphSpace.DEGREE * Integer.BYTES);
        ScalarGraphBuild points = new ScalarGraphBuild(build);
        for (int point = from; point < to; point++) {
            out.asSlice((long) point * GraphSpace.DEGREE * Integer.BYTES, GraphSpace.DEGREE * (long) Integer.BYTES)
                    .fill((byte) -1);
            write(out, point, points.trim(point));
        }
    }

    @Override
    public void pack(
            Graph graph, MemorySegment own, MemorySegment neighbours, MemorySegment vertices, int from, int to) {
        GraphArguments.range(from, to, graph.count());
        ScalarGraphRows rows = new ScalarGraphRows(graph);
        for (int ordinal = from; ordinal < to; ordinal++) {
            rows.pack(own, neighbours, vertices, ordinal);
        }
    }

    @Override
    public boolean search(GraphSearch wanted, float[] query, float[] original, GraphScratch scratch) {
        scratch.prepare(wanted, query, original);
        int found = ScalarGraphSearch.of(wanted, scratch, query, original).search();
        scratch.results(Math.max(0, found));
        return found >= 0;
    }

    @Override
    public boolean scan(GraphSearch wanted, float[] query, float[] original, GraphScratch scratch) {
        scratch.prepare(wanted, query, original);
        int found = ScalarGraphSearch.of(wanted, scratch, query, original).scan();
        scratch.results(Math.max(0, found));
        return found >= 0;
    }
}
