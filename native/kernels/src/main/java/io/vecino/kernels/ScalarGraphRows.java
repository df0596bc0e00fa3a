package io.vecino.kernels;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/** Rows of a graph in plain Java: {@code graph_rows.h}. */
final class ScalarGraphRows {
    private static final int HALF_BLOCK = 16;
    private static final int BITS_PER_CODE = 4;
    private static final int LOW_HALF = 15;
    private static final int TRIALS = 10;

    private final Graph graph;
    private final GraphSpace space;

    ScalarGraphRows(Graph graph) {
        this.graph = graph;
        this.space = graph.space();
    }

    void pack(MemorySegment own, MemorySegment neighbours, MemorySegment vertices, int ordinal) {
        int vertex = ScalarGraphBuild.read(vertices, ordinal);
        long row = vertex * space.rowBytes();
        graph.rows().asSlice(row, space.rowBytes()).fill((byte) 0);
        if (space.layout() == GraphLayout.LEAN) {
            packCode(row, element(own, ordinal));
        } else {
            MemorySegment.copy(own, ordinal * space.ownBytes(), graph.rows(), row, space.ownBytes());
        }
        for (int k = 0; k < GraphSpace.DEGREE; k++) {
            int neighbour = ScalarGraphBuild.read(neighbours, (long) ordinal * GraphSpace.DEGREE + k);
            if (space.layout() == GraphLayout.FAST) {
                packNeighbour(row, k, own, ordinal, neighbour);
            }
            graph.rows()
                    .set(
                            JAVA_INT_UNALIGNED,
                            row + space.idsOffset() + (long) k * Integer.BYTES,
                            neighbour >= 0 ? ScalarGraphBuild.read(vertices, neighbour) : vertex);
        }
    }

    private void packCode(long row, float[] point) {
        double squares = squares(point);
        int[] levels = levels(point, Math.sqrt(squares / point.length));
        double product = 0;
        int half = point.length / 2;
        for (int i = 0; i < point.length; i++) {
            product += point[i] * value(levels[i]);
            if (i < half) {
                graph.rows().set(JAVA_BYTE, row + i, (byte) (levels[i] | levels[half + i] << BITS_PER_CODE));
            }
        }
        set(row + space.leanFactorsOffset(), 0, (float) squares);
        set(row + space.leanFactorsOffset(), 1, product > 0 ? (float) (-2 * squares / product) : 0);
    }

    /** The estimated squared distance of a query from a vertex of layout lean, less the query's squared length. */
    double estimate(float[] rotated, int vertex) {
        long row = vertex * space.rowBytes();
        int half = rotated.length / 2;
        double product = 0;
        for (int i = 0; i < half; i++) {
            int code = graph.rows().get(JAVA_BYTE, row + i);
            product += value(code & LOW_HALF) * rotated[i];
            product += value(code >> BITS_PER_CODE & LOW_HALF) * rotated[half + i];
        }
        MemorySegment factors = graph.rows().asSlice(row + space.leanFactorsOffset());
        return ScalarGraphSpace.at(factors, 0) + ScalarGraphSpace.at(factors, 1) * product;
    }

    /** The estimated squared distance from a query of layout fast's k-th neighbour, less the vertex's; NaN if none. */
    double estimate(float[] rotated, int vertex, int k) {
        long row = vertex * space.rowBytes();
        double product = 0;
        for (int i = 0; i < rotated.length; i++) {
            int level = graph.rows().get(JAVA_BYTE, code(row, k, i)) >> shift(k, i) & ((1 << space.bits()) - 1);
            product += value(level) * rotated[i];
        }
        float add = ScalarGraphSpace.at(graph.rows().asSlice(row + space.addOffset()), k);
        float multiply = ScalarGraphSpace.at(graph.rows().asSlice(row + space.multiplyOffset()), k);
        return Float.isInfinite(add) ? Double.NaN : add + multiply * product;
    }

    /** The k-th neighbour. */
    int neighbour(int vertex, int k) {
        return ScalarGraphBuild.read(graph.rows().asSlice(vertex * space.rowBytes() + space.idsOffset()), k);
    }

    private void packNeighbour(long row, int k, MemorySegment own, int ordinal, int neighbour) {
        float add = Float.POSITIVE_INFINITY;
        float multiply = 0;
        if (neighbour >= 0) {
            float[] here = element(own, ordinal);
            float[] step = element(own, neighbour);
            for (int i = 0; i < step.length; i++) {
                step[i] -= here[i];
            }
            double squares = squares(step);
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
    }

    private static double squares(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return sum;
    }

    private void set(long offset, int k, float value) {
        graph.rows().set(JAVA_FLOAT_UNALIGNED, offset + (long) k * Float.BYTES, value);
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
}
