package io.vecino.bench.peers;

import java.io.IOException;

/** An index over all vectors, to be searched by several threads. */
interface Contender extends AutoCloseable {
    /**
     * Searches.
     *
     * @param effort what the engine takes for efSearch, at least k
     * @return rows, best first
     */
    int[] search(float[] query, int k, int effort) throws IOException;

    /** Bytes of all that a search may read, per vector. */
    double bytesPerVector();

    @Override
    void close() throws IOException;
}
