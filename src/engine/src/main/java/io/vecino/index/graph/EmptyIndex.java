package io.vecino.index.graph;

import io.vecino.index.OrdinalFilter;
import io.vecino.index.VectorIndex;
import io.vecino.model.SearchParams;
import io.vecino.selection.TopK;

/** The index of no points. */
record EmptyIndex() implements VectorIndex {
    @Override
    public int size() {
        return 0;
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public TopK.Hits search(float[] query, int k, OrdinalFilter filter, SearchParams params) {
        return new TopK.Hits(new float[0], new int[0]);
    }

    @Override
    public void close() {}
}
