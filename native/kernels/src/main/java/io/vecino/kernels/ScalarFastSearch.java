package io.vecino.kernels;

import java.util.BitSet;

/** The search of layout fast in plain Java: {@code graph_search.h} with exact tables. */
final class ScalarFastSearch extends ScalarGraphSearch {
    private final BitSet visited = new BitSet();

    ScalarFastSearch(GraphSearch wanted, GraphScratch scratch, float[] query) {
        super(wanted, scratch, query);
    }

    @Override
    int kept() {
        return wanted.k();
    }

    @Override
    void start() {
        open.add(new Known(Float.MAX_VALUE, 0));
    }

    @Override
    void visit(Known next) {
        if (full() || !visited.get(next.vertex())) {
            pass(next.estimate());
        }
        if (visited.get(next.vertex())) {
            return;
        }
        visited.set(next.vertex());
        visits++;
        float distance = distance(next.vertex());
        if (accepted(next.vertex())) {
            offer(distance, next.vertex());
        }
        for (int k = 0; k < GraphSpace.DEGREE; k++) {
            int neighbour = rows.neighbour(next.vertex(), k);
            if (visited.get(neighbour) || (narrow() && !accepted(neighbour))) {
                continue;
            }
            float estimate = (float) (distance + rows.estimate(rotated, next.vertex(), k));
            if (!Float.isNaN(estimate)) {
                open.add(new Known(estimate, neighbour));
            }
        }
    }

    @Override
    void sweep() {
        int idle = 0;
        while (!open.isEmpty() && idle <= wanted.k()) {
            int vertex = open.remove().vertex();
            if (!visited.get(vertex) && accepted(vertex)) {
                visited.set(vertex);
                float distance = distance(vertex);
                idle = good(distance) ? 0 : idle + 1;
                offer(distance, vertex);
            }
        }
    }

    @Override
    float distance(int vertex) {
        GraphSpace space = graph.space();
        double sum = 0;
        for (int i = 0; i < rotated.length; i++) {
            double step =
                    (double) rotated[i] - ScalarGraphSpace.element(space, graph.rows(), vertex * space.rowBytes(), i);
            sum += step * step;
        }
        return (float) sum;
    }

    @Override
    int report() {
        return reportDistances();
    }
}
