package io.vecino.bench.peers;

import io.vecino.measure.GroundTruth;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Searches all queries again and again: to warm up, then to measure; the best round counts. */
record Timing(Contender contender, List<float[]> queries, GroundTruth truth, int threads) {
    private static final double WARM_SECONDS = 2;
    private static final double MEASURED_SECONDS = 2;
    private static final int LEAST_ROUNDS = 3;

    /**
     * What one effort gave.
     *
     * @param qps queries per second of the best round
     * @param p50Micros median of one search in that round
     * @param p99Micros 99th percentile
     */
    record Outcome(double recall, double qps, double p50Micros, double p99Micros) {}

    private static final class Round {
        private final int[][] found;
        private final long[] nanos;
        private double seconds;

        Round(int queries) {
            found = new int[queries][];
            nanos = new long[queries];
        }
    }

    Outcome measure(int effort) throws Exception {
        double spent = 0;
        while (spent < WARM_SECONDS) {
            spent += round(effort).seconds;
        }
        Round best = round(effort);
        spent = best.seconds;
        for (int rounds = 1; rounds < LEAST_ROUNDS || spent < MEASURED_SECONDS; rounds++) {
            Round next = round(effort);
            spent += next.seconds;
            best = next.seconds < best.seconds ? next : best;
        }
        Arrays.sort(best.nanos);
        return new Outcome(
                truth.recall(best.found),
                queries.size() / best.seconds,
                micros(best.nanos, 0.5),
                micros(best.nanos, 0.99));
    }

    private static double micros(long[] sortedNanos, double share) {
        return sortedNanos[(int) Math.min(sortedNanos.length - 1, Math.floor(share * sortedNanos.length))] / 1e3;
    }

    private Round round(int effort) throws Exception {
        Round round = new Round(queries.size());
        AtomicInteger next = new AtomicInteger();
        Callable<Void> work = () -> {
            for (int i = next.getAndIncrement(); i < queries.size(); i = next.getAndIncrement()) {
                search(i, effort, round);
            }
            return null;
        };
        long start = System.nanoTime();
        if (threads == 1) {
            work.call();
        } else {
            spread(work);
        }
        round.seconds = (System.nanoTime() - start) / 1e9;
        return round;
    }

    private void search(int i, int effort, Round round) throws IOException {
        long before = System.nanoTime();
        round.found[i] = contender.search(queries.get(i), truth.k(), effort);
        round.nanos[i] = System.nanoTime() - before;
    }

    private void spread(Callable<Void> work) throws InterruptedException, ExecutionException {
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            for (Future<Void> future : executor.invokeAll(
                    IntStream.range(0, threads).mapToObj(_ -> work).toList())) {
                future.get();
            }
        }
    }
}
