package io.vecino.kernels;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.PriorityQueue;
import java.util.TreeSet;

/** One search in plain Java: what both layouts share. */
abstract sealed class ScalarGraphSearch permits ScalarFastSearch, ScalarLeanSearch {
    private static final int STOPPED = -1;

    record Known(float estimate, int vertex) {}

    record Found(float distance, int vertex) {}

    private static final Comparator<Found> CLOSEST_FIRST =
            Comparator.comparingDouble(Found::distance).thenComparingInt(Found::vertex);

    private final long begun = System.nanoTime();
    final Graph graph;
    final ScalarGraphRows rows;
    final GraphSearch wanted;
    final GraphScratch scratch;
    final float[] rotated;
    final float length;
    final NavigableSet<Found> best = new TreeSet<>(CLOSEST_FIRST);
    final PriorityQueue<Known> open = new PriorityQueue<>(Comparator.comparingDouble(Known::estimate));
    // The `effort` smallest estimates of returnable vertices.
    int visits;
    private final PriorityQueue<Float> passed = new PriorityQueue<>(Comparator.reverseOrder());

    ScalarGraphSearch(GraphSearch wanted, GraphScratch scratch, float[] query) {
        this.graph = scratch.graph();
        this.rows = new ScalarGraphRows(graph);
        this.wanted = wanted;
        this.scratch = scratch;
        this.rotated = new float[graph.space().dimension()];
        this.length = ScalarGraphSpace.enter(graph.space(), query, rotated);
    }

    static ScalarGraphSearch of(GraphSearch wanted, GraphScratch scratch, float[] query, float[] original) {
        return switch (scratch.graph().space().layout()) {
            case FAST -> new ScalarFastSearch(wanted, scratch, query);
            case LEAN -> new ScalarLeanSearch(wanted, scratch, query, original);
        };
    }

    /** The squared distance that results are kept by. */
    abstract float distance(int vertex);

    /** How many results are kept. */
    abstract int kept();

    /** Looks at an open vertex, and opens its neighbours. */
    abstract void visit(Known next);

    /** Writes the results; returns how many. */
    abstract int report();

    /** The number of results, −1 if stopped. */
    final int search() {
        start();
        while (!open.isEmpty()) {
            if (stopped()) {
                return STOPPED;
            }
            Known next = open.remove();
            if (wanted.filtered() ? covered(next) : surrounded(next)) {
                break;
            }
            visit(next);
            if (wanted.filtered() && visits > wanted.filter().visits()) {
                return 0;
            }
        }
        if (wanted.filtered()) {
            sweep();
        }
        return report();
    }

    /** Under a filter, looks at the best of what is open. */
    abstract void sweep();

    /** As {@link #search}, over every vertex. */
    final int scan() {
        for (int vertex = 0; vertex < graph.count(); vertex++) {
            if (stopped()) {
                return STOPPED;
            }
            if (accepted(vertex)) {
                offer(distance(vertex), vertex);
            }
        }
        return report();
    }

    abstract void start();

    private boolean surrounded(Known next) {
        return full() && passed.size() == wanted.effort() && passed.element() < next.estimate();
    }

    private boolean covered(Known next) {
        if (full() && next.estimate() >= best.last().distance()) {
            return true;
        }
        int wantedResults = Math.min(wanted.filter().covered(), kept());
        return visits >= wanted.effort()
                && best.size() >= wantedResults
                && next.estimate()
                        >= best.stream()
                                .skip(wantedResults - 1L)
                                .findFirst()
                                .orElseThrow()
                                .distance();
    }

    /** Whether only accepted neighbours are looked at. */
    final boolean narrow() {
        return wanted.filtered() && visits > wanted.effort();
    }

    final boolean full() {
        return best.size() == kept();
    }

    final void pass(float estimate) {
        passed.add(estimate);
        if (passed.size() > wanted.effort()) {
            passed.remove();
        }
    }

    final boolean good(float distance) {
        return !full() || distance < best.last().distance();
    }

    final void offer(float distance, int vertex) {
        best.add(new Found(distance, vertex));
        if (best.size() > kept()) {
            best.pollLast();
        }
    }

    final boolean accepted(int vertex) {
        if (!wanted.filtered()) {
            return true;
        }
        int ordinal = ScalarGraphBuild.read(graph.ordinals(), vertex);
        long word = wanted.filter().bits().get(JAVA_LONG_UNALIGNED, (long) ordinal / Long.SIZE * Long.BYTES);
        return (word >>> ordinal & 1) != 0;
    }

    private boolean stopped() {
        MemorySegment stop = wanted.stop();
        boolean asked = stop.address() != 0 && stop.get(JAVA_INT, 0) != 0;
        boolean late = wanted.patience() != 0 && System.nanoTime() - begun >= wanted.patience();
        return asked || late;
    }

    final int reportDistances() {
        int i = 0;
        for (Found found : best) {
            float bias = ScalarGraphSpace.at(graph.biases(), found.vertex());
            float score = wanted.queryFactor() * length
                    + wanted.biasFactor() * bias
                    + wanted.distanceFactor() * found.distance();
            set(i++, found.vertex(), score);
        }
        return i;
    }

    final void set(int i, int vertex, float score) {
        scratch.ordinals.setAtIndex(JAVA_INT, i, ScalarGraphBuild.read(graph.ordinals(), vertex));
        scratch.scores.setAtIndex(JAVA_FLOAT, i, score);
    }
}
