package io.vecino.index;

import io.vecino.transform.Rows;

/** Collects the rows of one segment in ordinal order, then becomes an index. For one thread. */
public interface VectorIndexBuilder extends AutoCloseable {
    /** Appends rows, as they are compared; they are copied or encoded before this returns. */
    void add(Rows rows);

    /** The index; the builder is empty afterwards and closing it is harmless. */
    VectorIndex build();

    /** Frees what was collected if {@link #build} was not reached. */
    @Override
    void close();
}
