package io.vecino.index.graph;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.vecino.index.PlainSpace;
import io.vecino.kernels.GraphBuild;
import io.vecino.kernels.GraphKernels;
import io.vecino.kernels.GraphOrder;
import io.vecino.kernels.GraphSpace;
import io.vecino.kernels.LargePages;
import io.vecino.model.IndexSpec;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/** From rows to a graph, on all processors; the same graph with any number of them. */
final class GraphConstruction {
    private static final long SEED = 0x7665_6369_6e6fL;
    // Coordinates are about normally distributed after the rotation; few are farther out.
    private static final double MOST_DEVIATIONS = 8;
    private static final int LARGEST_CODE = 127;

    private final GraphRows rows;
    private final RefineRows refine;
    private final PlainSpace space;
    private final GraphMemory layout;
    private final IndexSpec.Graph spec;
    private final NativeMemory memory;
    private final GraphKernels kernels = GraphKernels.best();
    private final SplittableRandom random = new SplittableRandom(SEED);

    GraphConstruction(
            GraphRows rows,
            RefineRows refine,
            PlainSpace space,
            GraphMemory layout,
            IndexSpec.Graph spec,
            NativeMemory memory) {
        this.rows = rows;
        this.refine = refine;
        this.space = space;
        this.layout = layout;
        this.spec = spec;
        this.memory = memory;
    }

    GraphIndex build() {
        NativeMemory.Block block = memory.allocate(layout.bytes(), "graph");
        LargePages.ask(block.segment());
        try (WorkingMemory working = new WorkingMemory(memory);
                Arena arena = Arena.ofShared()) {
            fill(block.segment(), working, arena);
            return new GraphIndex(space, layout, block.segment(), block);
        } catch (RuntimeException e) {
            block.close();
            throw e;
        }
    }

    private void fill(MemorySegment bytes, WorkingMemory working, Arena arena) {
        layout.writeHeader(bytes);
        GraphSpace graphSpace = layout.space(bytes);
        chooseSpace(graphSpace);
        MemorySegment own = working.bytes(layout.count() * graphSpace.ownBytes());
        MemorySegment lengths = working.words(layout.count());
        double reach = rotate(graphSpace, own, lengths);
        MemorySegment neighbours = working.words((long) layout.count() * GraphSpace.DEGREE);
        int entry = link(graphSpace, own, reach, neighbours, arena);
        pack(bytes, own, lengths, neighbours, entry, arena);
    }

    private void chooseSpace(GraphSpace graphSpace) {
        double[] sums = new double[rows.dimension()];
        for (int chunk = 0; chunk < rows.chunks(); chunk++) {
            try (Scratch scratch = new Scratch()) {
                Rows some = rows.chunk(chunk, scratch);
                float[] mean = some.mean();
                for (int i = 0; i < sums.length; i++) {
                    sums[i] += (double) mean[i] * some.count();
                }
            }
        }
        for (int i = 0; i < sums.length; i++) {
            graphSpace.centre().setAtIndex(JAVA_FLOAT, i, (float) (sums[i] / rows.count()));
        }
        for (int i = 0; i < GraphSpace.ROUNDS * graphSpace.dimension(); i++) {
            graphSpace.signs().setAtIndex(JAVA_INT, i, random.nextBoolean() ? Integer.MIN_VALUE : 0);
        }
    }

    /** The largest coordinate that codes tell from others. */
    private double rotate(GraphSpace graphSpace, MemorySegment own, MemorySegment lengths) {
        double largest = 0;
        double squares = 0;
        for (int chunk = 0; chunk < rows.chunks(); chunk++) {
            try (Scratch scratch = new Scratch()) {
                Rows some = rows.chunk(chunk, scratch);
                MemorySegment part = own.asSlice(rows.first(chunk) * graphSpace.ownBytes());
                kernels.rotate(
                        graphSpace,
                        some.segment(),
                        some.count(),
                        part,
                        lengths.asSlice((long) rows.first(chunk) * Float.BYTES));
                GraphKernels.Extent extent = kernels.extent(graphSpace, part, some.count());
                largest = Math.max(largest, extent.largest());
                squares += extent.squares();
            }
            rows.free(chunk);
        }
        double deviation = Math.sqrt(squares / ((double) rows.count() * graphSpace.dimension()));
        return Math.min(largest, MOST_DEVIATIONS * deviation);
    }

    /** Fills in neighbours and returns the entry, the point closest to the centre. */
    private int link(GraphSpace graphSpace, MemorySegment own, double reach, MemorySegment neighbours, Arena arena) {
        int count = layout.count();
        try (WorkingMemory working = new WorkingMemory(memory)) {
            MemorySegment codes = working.bytes((long) count * graphSpace.dimension());
            MemorySegment norms = working.words(count);
            MemorySegment sums = working.words(count);
            kernels.code(graphSpace, own, count, reach > 0 ? (float) (LARGEST_CODE / reach) : 0, codes, norms, sums);
            int entry = 0;
            for (int i = 1; i < count; i++) {
                if (norms.getAtIndex(JAVA_INT, i) < norms.getAtIndex(JAVA_INT, entry)) {
                    entry = i;
                }
            }
            GraphBuild build = new GraphBuild(
                    count,
                    graphSpace.dimension(),
                    spec.efConstruction(),
                    spec.alpha(),
                    entry,
                    codes,
                    norms,
                    sums,
                    working.words((long) count * GraphBuild.CAPACITY),
                    working.words(count),
                    arena);
            new GraphLinking(build, kernels, working).run(random, neighbours);
            return entry;
        }
    }

    private void pack(
            MemorySegment bytes,
            MemorySegment own,
            MemorySegment lengths,
            MemorySegment neighbours,
            int entry,
            Arena arena) {
        int count = layout.count();
        GraphOrder order = GraphOrder.from(neighbours, count, entry);
        MemorySegment vertices = layout.vertices(bytes);
        MemorySegment ordinals = layout.ordinals(bytes);
        MemorySegment biases = layout.biases(bytes);
        for (int i = 0; i < count; i++) {
            vertices.setAtIndex(JAVA_INT, i, order.vertex(i));
            ordinals.setAtIndex(JAVA_INT, i, order.ordinal(i));
            biases.setAtIndex(JAVA_FLOAT, i, lengths.getAtIndex(JAVA_FLOAT, order.ordinal(i)));
            if (layout.refinedDimension() > 0) {
                refine.write(i, layout.refined(bytes), order.vertex(i));
            }
        }
        var graph = layout.graph(bytes, true, arena);
        GraphLinking.inParts(count, (from, to) -> kernels.pack(graph, own, neighbours, vertices, from, to));
    }
}
