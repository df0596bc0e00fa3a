package io.vecino.kernels;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The graph at one native level. */
final class NativeGraphKernels implements GraphKernels {
    private final KernelLevel level;
    private final MemorySegment rotate;
    private final MemorySegment extent;
    private final MemorySegment code;
    private final MemorySegment link;
    private final MemorySegment merge;
    private final MemorySegment trim;
    private final MemorySegment pack;
    private final MemorySegment search;
    private final MemorySegment scan;

    NativeGraphKernels(KernelLevel level, NativeLibrary.Loaded library) {
        this.level = level;
        rotate = find(library, "rotate");
        extent = find(library, "extent");
        code = find(library, "code");
        link = find(library, "link");
        merge = find(library, "merge");
        trim = find(library, "trim");
        pack = find(library, "pack");
        search = find(library, "search");
        scan = find(library, "scan");
    }

    private MemorySegment find(NativeLibrary.Loaded library, String function) {
        return library.find("vecino_graph_" + function + "_" + level.symbol());
    }

    @Override
    public KernelLevel level() {
        return level;
    }

    @Override
    public void rotate(GraphSpace space, MemorySegment points, int count, MemorySegment own, MemorySegment lengths) {
        GraphArguments.rotate(space, points, count, own, lengths);
        try (Arena arena = Arena.ofConfined()) {
            GraphCalls.rotate(rotate, GraphStructs.space(space, arena), points, count, own, space.ownBytes(), lengths);
        }
    }

    @Override
    public Extent extent(GraphSpace space, MemorySegment own, int count) {
        GraphArguments.extent(space, own, count);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_FLOAT, 2);
            GraphCalls.extent(extent, own, count, space.dimension(), space.elementBytes(), out);
            return new Extent(out.getAtIndex(JAVA_FLOAT, 0), out.getAtIndex(JAVA_FLOAT, 1));
        }
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
        GraphCalls.code(code, own, count, space.dimension(), space.elementBytes(), factor, codes, norms, sums);
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
        return GraphCalls.link(link, build.descriptor(), order, first, size, forward, counts, scratch, stop);
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
        GraphCalls.merge(merge, build.descriptor(), order, first, size, forward, counts, part, parts, scratch);
    }

    @Override
    public void trim(GraphBuild build, int from, int to, MemorySegment out, MemorySegment scratch) {
        GraphArguments.range(from, to, build.count());
        GraphArguments.writes("out", out, (long) build.count() * GraphSpace.DEGREE * Integer.BYTES);
        GraphArguments.writes("scratch", scratch, build.scratchBytes());
        GraphCalls.trim(trim, build.descriptor(), from, to, out, scratch);
    }

    @Override
    public void pack(
            Graph graph, MemorySegment own, MemorySegment neighbours, MemorySegment vertices, int from, int to) {
        GraphArguments.range(from, to, graph.count());
        Arguments.holds("own", own, graph.count() * graph.space().ownBytes());
        Arguments.holds("neighbours", neighbours, (long) graph.count() * GraphSpace.DEGREE * Integer.BYTES);
        Arguments.holds("vertices", vertices, (long) graph.count() * Integer.BYTES);
        Arguments.writable("rows", graph.rows());
        GraphCalls.pack(pack, graph.descriptor(), own, graph.space().ownBytes(), neighbours, vertices, from, to);
    }

    @Override
    public boolean search(GraphSearch wanted, float[] query, float[] original, GraphScratch scratch) {
        return run(search, wanted, query, original, scratch);
    }

    @Override
    public boolean scan(GraphSearch wanted, float[] query, float[] original, GraphScratch scratch) {
        return run(scan, wanted, query, original, scratch);
    }

    private static boolean run(
            MemorySegment function, GraphSearch wanted, float[] query, float[] original, GraphScratch scratch) {
        scratch.prepare(wanted, query, original);
        int found = GraphCalls.search(function, scratch);
        scratch.results(Math.max(0, found));
        return found >= 0;
    }
}
