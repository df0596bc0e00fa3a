package io.vecino.bench.serve;

/** Where load goes. Thread-safe. */
public interface Target extends AutoCloseable {
    /** What the report calls it: {@code embedded}, {@code grpc} or {@code rest}. */
    String name();

    /**
     * Searches.
     *
     * @return microseconds that the engine says it took
     */
    long search(float[] query, int k);

    /** Where vectors are loaded to, for one thread. */
    Loader loader();

    @Override
    void close();

    /** One stream of upserts; all of it is durable when it is closed. */
    interface Loader extends AutoCloseable {
        /** @param first id of the first vector; the others follow */
        void add(long first, float[][] vectors);

        @Override
        void close();
    }
}
