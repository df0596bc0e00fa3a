package io.vecino.kernels;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.PriorityQueue;
import java.util.TreeSet;

/** Rows of a graph and the search over them in plain Java: {@code graph_search.h} with exact tables. */
final class ScalarGraphSearch {
    private static final int HALF_BLOCK = 16;
    private static final int BITS_PER_CODE = 4;
    private static final int TRIALS = 10;
    private static final Comparator<Found> CLOSEST_FIRST =
            Comparator.comparingDouble(Found::distance).thenComparingInt(Found::vertex);

    private final Graph graph;
    private final GraphSpace space;

    ScalarGraphSearch(Graph graph) {
        this.graph = graph;
        this.space = graph.space();
    }

    void pack(MemorySegment own, MemorySegment neighbours, MemorySegment vertices, int ordinal) {
        int vertex = ScalarGraphBuild.read(vertices, ordinal);
        long row = vertex * space.rowBytes();
        graph.rows().asSlice(row, space.rowBytes()).fill((byte) 0);
        MemorySegment.copy(own, ordinal * space.ownBytes(), graph.rows(), row, space.ownBytes());
        for (int k = 0; k < GraphSpace.DEGREE; k++) {
            int neighbour = ScalarGraphBuild.read(neighbours, (long) ordinal * GraphSpace.DEGREE + k);
            float add = Float.POSITIVE_INFINITY;
            float multiply = 0;
            if (neighbour >= 0) {
                float[] here = element(own, ordinal);
                float[] step = element(own, neighbour);
                double squares = 0;
                for (int i = 0; i < step.length; i++) {
                    step[i] -= here[i];
                    squares += (double) step[i] * step[i];
                }
                int[] levels = levels(step, Math.sqrt(squares / step.length));
                double product = 0;
                double ownProduct = 0;
                for (int i = 0; i < levels.length; i++) {
                    setLevel(row, k, i, levels[i]);
                    product += step[i] * value(levels[i]);
                    ownProduct += here[i] * value(levels[i]);
                }
                double factor = product > 0 ? squares / product : 0;
                add = (float) (squares + 2 * factor * ownProduct);
                multiply = (float) (-2 * factor);
            }
            set(row + space.addOffset(), k, add);
            set(row + space.multiplyOffset(), k, multiply);
            graph.rows()
                    .set(
                            JAVA_INT,
                            row + space.idsOffset() + (long) k * Integer.BYTES,
                            neighbour >= 0 ? ScalarGraphBuild.read(vertices, neighbour) : vertex);
        }
    }

    private void set(long offset, int k, float value) {
        graph.rows().set(JAVA_FLOAT, offset + (long) k * Float.BYTES, value);
    }

    private float[] element(MemorySegment own, int ordinal) {
        float[] point = new float[space.dimension()];
        for (int i = 0; i < point.length; i++) {
            point[i] = ScalarGraphSpace.element(space, own, ordinal * space.ownBytes(), i);
        }
        return point;
    }

    private double value(int level) {
        return space.bits() == 1 ? 2 * level - 1 : level - ((1 << space.bits()) - 1) / 2.0;
    }

    private int[] levels(float[] step, double rms) {
        int count = 1 << space.bits();
        int[] best = new int[step.length];
        double bestQuality = -1;
        int trials = space.bits() == 1 ? 1 : TRIALS;
        for (int trial = 0; rms > 0 && trial < trials; trial++) {
            double width = rms * (space.bits() == 2 ? 0.7 + 0.08 * trial : 0.2 + 0.03 * trial);
            int[] levels = new int[step.length];
            double product = 0;
            double norm = 0;
            for (int i = 0; i < step.length; i++) {
                levels[i] = Math.clamp((int) Math.floor(step[i] / width) + count / 2, 0, count - 1);
                product += step[i] * value(levels[i]);
                norm += value(levels[i]) * value(levels[i]);
            }
            if (product * product / norm > bestQuality) {
                bestQuality = product * product / norm;
                best = levels;
            }
        }
        return best;
    }

    private long code(long row, int k, int i) {
        return row + space.codesOffset() + (long) i * space.bits() / BITS_PER_CODE * HALF_BLOCK + k % HALF_BLOCK;
    }

    private int shift(int k, int i) {
        return k / HALF_BLOCK * BITS_PER_CODE + i * space.bits() % BITS_PER_CODE;
    }

    private void setLevel(long row, int k, int i, int level) {
        long at = code(row, k, i);
        graph.rows().set(JAVA_BYTE, at, (byte) (graph.rows().get(JAVA_BYTE, at) | level << shift(k, i)));
    }

    private record Known(float estimate, int vertex) {}

    private record Found(float distance, int vertex) {}

    /** The number of results, −1 if stopped. */
    int search(GraphSearch wanted, float[] query, GraphScratch scratch) {
        float[] rotated = new float[space.dimension()];
        float length = ScalarGraphSpace.enter(space, query, rotated);
        TreeSet<Found> best = new TreeSet<>(CLOSEST_FIRST);
        PriorityQueue<Known> open = new PriorityQueue<>(Comparator.comparingDouble(Known::estimate));
        PriorityQueue<Float> passed = new PriorityQueue<>(Comparator.reverseOrder());
        BitSet seen = new BitSet();
        open.add(new Known(Float.MAX_VALUE, 0));
        while (!open.isEmpty()) {
            if (stopped(wanted)) {
                return -1;
            }
            Known next = open.remove();
            // The queue holds the `effort` smallest estimates of returnable vertices.
            boolean full = best.size() == wanted.k();
            if (full && passed.size() == wanted.effort() && passed.element() < next.estimate()) {
                break;
            }
            boolean accepted = accepted(wanted, next.vertex());
            if (accepted && (full || !seen.get(next.vertex()))) {
                passed.add(next.estimate());
                if (passed.size() > wanted.effort()) {
                    passed.remove();
                }
            }
            if (seen.get(next.vertex())) {
                continue;
            }
            seen.set(next.vertex());
            float distance = distance(rotated, next.vertex());
            if (accepted) {
                offer(best, distance, next.vertex(), wanted.k());
            }
            expand(rotated, next.vertex(), distance, seen, open);
        }
        return report(wanted, length, best, scratch);
    }

    /** As {@link #search}, over every vertex. */
    int scan(GraphSearch wanted, float[] query, GraphScratch scratch) {
        float[] rotated = new float[space.dimension()];
        float length = ScalarGraphSpace.enter(space, query, rotated);
        TreeSet<Found> best = new TreeSet<>(CLOSEST_FIRST);
        for (int vertex = 0; vertex < graph.count(); vertex++) {
            if (stopped(wanted)) {
                return -1;
            }
            if (accepted(wanted, vertex)) {
                offer(best, distance(rotated, vertex), vertex, wanted.k());
            }
        }
        return report(wanted, length, best, scratch);
    }

    private static boolean stopped(GraphSearch wanted) {
        return wanted.stop().address() != 0 && wanted.stop().get(JAVA_INT, 0) != 0;
    }

    private static void offer(NavigableSet<Found> best, float distance, int vertex, int k) {
        best.add(new Found(distance, vertex));
        if (best.size() > k) {
            best.pollLast();
        }
    }

    private int report(GraphSearch wanted, float length, NavigableSet<Found> best, GraphScratch scratch) {
        int i = 0;
        for (Found found : best) {
            float bias = ScalarGraphSpace.at(graph.biases(), found.vertex());
            scratch.ordinals.setAtIndex(JAVA_INT, i, ScalarGraphBuild.read(graph.ordinals(), found.vertex()));
            scratch.scores.setAtIndex(
                    JAVA_FLOAT,
                    i++,
                    wanted.queryFactor() * length
                            + wanted.biasFactor() * bias
                            + wanted.distanceFactor() * found.distance());
        }
        return i;
    }

    private boolean accepted(GraphSearch wanted, int vertex) {
        if (!wanted.filtered()) {
            return true;
        }
        int ordinal = ScalarGraphBuild.read(graph.ordinals(), vertex);
        long word = wanted.filter().get(JAVA_LONG_UNALIGNED, (long) ordinal / Long.SIZE * Long.BYTES);
        return (word >>> ordinal & 1) != 0;
    }

    private float distance(float[] rotated, int vertex) {
        double sum = 0;
        for (int i = 0; i < rotated.length; i++) {
            double step =
                    (double) rotated[i] - ScalarGraphSpace.element(space, graph.rows(), vertex * space.rowBytes(), i);
            sum += step * step;
        }
        return (float) sum;
    }

    private void expand(float[] rotated, int vertex, float distance, BitSet seen, PriorityQueue<Known> open) {
        long row = vertex * space.rowBytes();
        for (int k = 0; k < GraphSpace.DEGREE; k++) {
            int neighbour = ScalarGraphBuild.read(graph.rows().asSlice(row + space.idsOffset()), k);
            float add = ScalarGraphSpace.at(graph.rows().asSlice(row + space.addOffset()), k);
            if (seen.get(neighbour) || Float.isInfinite(add)) {
                continue;
            }
            float multiply = ScalarGraphSpace.at(graph.rows().asSlice(row + space.multiplyOffset()), k);
            double product = 0;
            for (int i = 0; i < rotated.length; i++) {
                int level = graph.rows().get(JAVA_BYTE, code(row, k, i)) >> shift(k, i) & ((1 << space.bits()) - 1);
                product += value(level) * rotated[i];
            }
            float estimate = (float) (distance + add + multiply * product);
            if (!Float.isNaN(estimate)) {
                open.add(new Known(estimate, neighbour));
            }
        }
    }
}
