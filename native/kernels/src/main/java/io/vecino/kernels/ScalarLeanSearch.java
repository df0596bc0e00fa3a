package io.vecino.kernels;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/** The search of layout lean in plain Java: {@code graph_lean.h} with the query's own elements. */
final class ScalarLeanSearch extends ScalarGraphSearch {
    private final float[] original;
    private final BitSet seen = new BitSet();
    private final double square;

    ScalarLeanSearch(GraphSearch wanted, GraphScratch scratch, float[] query, float[] original) {
        super(wanted, scratch, query);
        this.original = original;
        double sum = 0;
        for (float value : rotated) {
            sum += (double) value * value;
        }
        this.square = sum;
    }

    @Override
    int kept() {
        return graph.refinement().present() ? wanted.kept() : wanted.k();
    }

    @Override
    void start() {
        see(0);
    }

    private void see(int vertex) {
        if (!seen.get(vertex)) {
            seen.set(vertex);
            float distance = distance(vertex);
            open.add(new Known(distance, vertex));
            if (wanted.filtered() && accepted(vertex)) {
                offer(distance, vertex);
            }
        }
    }

    @Override
    void visit(Known next) {
        if (!wanted.filtered()) {
            offer(next.estimate(), next.vertex());
        }
        pass(next.estimate());
        visits++;
        for (int k = 0; k < GraphSpace.DEGREE; k++) {
            int neighbour = rows.neighbour(next.vertex(), k);
            if (!narrow() || accepted(neighbour)) {
                see(neighbour);
            }
        }
    }

    @Override
    float distance(int vertex) {
        return (float) (square + rows.estimate(rotated, vertex));
    }

    @Override
    void sweep() {} // every open vertex was offered when it was seen

    private float refined(int vertex) {
        GraphRefinement refinement = graph.refinement();
        long row = vertex * refinement.rowBytes();
        double sum = 0;
        for (int i = 0; i < original.length; i++) {
            double value = ScalarGraphSpace.element(refinement.elementBytes(), refinement.rows(), row, i);
            sum += refinement.product() ? original[i] * value : -(original[i] - value) * (original[i] - value);
        }
        return (float) sum;
    }

    private record Scored(float score, int vertex) {}

    @Override
    int report() {
        if (!graph.refinement().present()) {
            return reportDistances();
        }
        List<Scored> scored = new ArrayList<>();
        best.forEach(found -> scored.add(new Scored(refined(found.vertex()), found.vertex())));
        scored.sort(Comparator.comparingDouble(Scored::score).reversed());
        int count = Math.min(wanted.k(), scored.size());
        for (int i = 0; i < count; i++) {
            set(i, scored.get(i).vertex(), scored.get(i).score());
        }
        return count;
    }
}
