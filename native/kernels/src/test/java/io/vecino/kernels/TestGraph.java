package io.vecino.kernels;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;

/** Random points around a few centres, and the graph over them, built by {@code parts} interleaved parts. */
final class TestGraph {
    final int count;
    final int dimension;
    final float[][] points;
    final GraphSpace space;
    final MemorySegment neighbours;
    final Graph graph;

    TestGraph(GraphKernels kernels, float[][] points, int elementBytes, int parts, Arena arena) {
        this(kernels, points, elementBytes, 1, parts, arena);
    }

    TestGraph(GraphKernels kernels, float[][] points, int elementBytes, int bits, int parts, Arena arena) {
        this(kernels, points, elementBytes, bits, GraphLayout.FAST, parts, arena);
    }

    TestGraph(
            GraphKernels kernels,
            float[][] points,
            int elementBytes,
            int bits,
            GraphLayout layout,
            int parts,
            Arena arena) {
        this.count = points.length;
        this.dimension = points[0].length;
        this.points = points;
        int padded = GraphSpace.padded(dimension);
        Random random = new Random(11);
        MemorySegment signs = arena.allocate(JAVA_INT, (long) GraphSpace.ROUNDS * padded);
        for (int i = 0; i < GraphSpace.ROUNDS * padded; i++) {
            signs.setAtIndex(JAVA_INT, i, random.nextBoolean() ? Integer.MIN_VALUE : 0);
        }
        MemorySegment centre = arena.allocate(JAVA_FLOAT, padded);
        for (int i = 0; i < dimension; i++) {
            int column = i;
            double mean =
                    Arrays.stream(points).mapToDouble(p -> p[column]).average().orElseThrow();
            centre.setAtIndex(JAVA_FLOAT, i, (float) mean);
        }
        this.space = new GraphSpace(dimension, padded, elementBytes, bits, layout, centre, signs);
        MemorySegment own = arena.allocate(count * space.ownBytes(), 64);
        MemorySegment lengths = arena.allocate(JAVA_FLOAT, count);
        kernels.rotate(space, floats(points, arena), count, own, lengths);
        MemorySegment codes = arena.allocate((long) count * padded, 64);
        MemorySegment norms = arena.allocate(JAVA_INT, count);
        MemorySegment sums = arena.allocate(JAVA_INT, count);
        GraphKernels.Extent extent = kernels.extent(space, own, count);
        kernels.code(space, own, count, extent.largest() > 0 ? 127 / extent.largest() : 0, codes, norms, sums);
        GraphBuild build = new GraphBuild(
                count,
                padded,
                60,
                1.1f,
                0,
                codes,
                norms,
                sums,
                arena.allocate(JAVA_INT, (long) count * GraphBuild.CAPACITY),
                arena.allocate(JAVA_INT, count),
                arena);
        this.neighbours = arena.allocate(JAVA_INT, (long) count * GraphSpace.DEGREE);
        link(kernels, build, parts, arena);
        GraphOrder order = GraphOrder.from(neighbours, count, 0);
        MemorySegment vertices = arena.allocate(JAVA_INT, count);
        MemorySegment ordinals = arena.allocate(JAVA_INT, count);
        MemorySegment biases = arena.allocate(JAVA_FLOAT, count);
        for (int i = 0; i < count; i++) {
            vertices.setAtIndex(JAVA_INT, i, order.vertex(i));
            ordinals.setAtIndex(JAVA_INT, i, order.ordinal(i));
            biases.setAtIndex(JAVA_FLOAT, i, lengths.getAtIndex(JAVA_FLOAT, order.ordinal(i)));
        }
        MemorySegment rows = arena.allocate(count * space.rowBytes(), 64);
        GraphRefinement refinement =
                layout == GraphLayout.LEAN ? refinement(elementBytes, order, arena) : GraphRefinement.NONE;
        this.graph = new Graph(space, count, rows, ordinals, vertices, biases, refinement, arena);
        kernels.pack(graph, own, neighbours, vertices, 0, count);
    }

    private GraphRefinement refinement(int elementBytes, GraphOrder order, Arena arena) {
        long rowBytes = GraphRefinement.rowBytes(dimension, elementBytes);
        MemorySegment rows = arena.allocate(count * rowBytes, 64);
        for (int vertex = 0; vertex < count; vertex++) {
            float[] point = points[order.ordinal(vertex)];
            for (int i = 0; i < dimension; i++) {
                long at = vertex * rowBytes + (long) i * elementBytes;
                if (elementBytes == Float.BYTES) {
                    rows.set(JAVA_FLOAT, at, point[i]);
                } else {
                    rows.set(JAVA_SHORT, at, Float.floatToFloat16(point[i]));
                }
            }
        }
        return new GraphRefinement(rows, dimension, elementBytes, false);
    }

    private void link(GraphKernels kernels, GraphBuild build, int parts, Arena arena) {
        MemorySegment order = arena.allocate(JAVA_INT, count);
        IntStream.range(0, count).forEach(i -> order.setAtIndex(JAVA_INT, i, i));
        MemorySegment scratch = arena.allocate(build.scratchBytes(), 64);
        MemorySegment stop = arena.allocate(JAVA_INT);
        for (int done = 1; done < count; ) {
            int size = Math.min(count - done, Math.max(1, Math.min(done, count / 20)));
            MemorySegment forward = arena.allocate(JAVA_INT, (long) size * GraphSpace.DEGREE);
            MemorySegment counts = arena.allocate(JAVA_INT, size);
            kernels.link(build, order, done, size, forward, counts, scratch, stop);
            for (int part = 0; part < parts; part++) {
                kernels.merge(build, order, done, size, forward, counts, part, parts, scratch);
            }
            done += size;
        }
        kernels.trim(build, 0, count, neighbours, scratch);
    }

    static MemorySegment floats(float[][] rows, Arena arena) {
        MemorySegment all = arena.allocate(JAVA_FLOAT, (long) rows.length * rows[0].length);
        for (int r = 0; r < rows.length; r++) {
            MemorySegment.copy(rows[r], 0, all, JAVA_FLOAT, (long) r * rows[r].length * Float.BYTES, rows[r].length);
        }
        return all;
    }

    static float[][] clustered(int count, int dimension, long seed) {
        Random random = new Random(seed);
        float[][] centres = new float[20][dimension];
        for (float[] centre : centres) {
            for (int i = 0; i < dimension; i++) {
                centre[i] = (float) random.nextGaussian();
            }
        }
        float[][] points = new float[count][dimension];
        for (float[] point : points) {
            float[] centre = centres[random.nextInt(centres.length)];
            for (int i = 0; i < dimension; i++) {
                point[i] = centre[i] + (float) random.nextGaussian() * 0.7f;
            }
        }
        return points;
    }

    /** The ordinals of the k closest points, closest first. */
    int[] exact(float[] query, int k) {
        return IntStream.range(0, count)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> distance(query, points[i]))
                        .thenComparing(i -> i))
                .limit(k)
                .mapToInt(i -> i)
                .toArray();
    }

    static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
        }
        return sum;
    }

    static GraphSearch closest(int k, int effort) {
        return new GraphSearch(k, Math.min(effort, 2 * k), effort, 3, 0, 0, -1, GraphFilter.NONE, MemorySegment.NULL);
    }

    static int[] found(GraphScratch scratch) {
        return IntStream.range(0, scratch.results()).map(scratch::ordinal).toArray();
    }
}
