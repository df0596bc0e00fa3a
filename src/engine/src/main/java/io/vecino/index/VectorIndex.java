package io.vecino.index;

import io.vecino.model.SearchParams;

/** Nearest neighbours over the ordinals 0 to size − 1 of one segment. Thread-safe; closed when nobody searches it. */
public interface VectorIndex extends AutoCloseable {
    /** How many ordinals it holds. */
    int size();

    /** Native memory it occupies, in bytes. */
    long bytes();

    /**
     * Finds the best accepted ordinals; fewer than k only if fewer are accepted, or for an approximate index if its
     * effort does not reach them.
     *
     * @param query in the space that the index was built in: for one over codes, before the transform
     * @param params {@code exact} and {@code oversample} are the caller's business and ignored here
     */
    TopK.Hits search(float[] query, int k, OrdinalFilter filter, SearchParams params);

    @Override
    void close();
}
