package io.vecino.bench.peers;

/**
 * One contender at one effort.
 *
 * @param buildSeconds training included
 * @param bytes of index and vectors, per vector
 */
record Standing(
        String contender,
        int effort,
        double recall,
        double qps,
        double p50Micros,
        double p99Micros,
        double buildSeconds,
        double bytes,
        int threads) {}
