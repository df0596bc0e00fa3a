package io.vecino.bench.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SynchronizedHistogram;
import org.jspecify.annotations.Nullable;

/**
 * Searches by some threads for some time: each as soon as its last one is answered (closed), or all together at a rate that does
 * not wait for answers (open). In an open load, latency counts from when a search was due.
 *
 * @param rate searches per second of an open load; 0 for a closed one
 * @param query by number
 */
public record Load(int threads, double seconds, double rate, int k, IntFunction<float[]> query) {
    private static final int DIGITS = 3;
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(5);

    /**
     * What came of it, in nanoseconds.
     *
     * @param latencies as measured
     * @param corrected the same with what a closed load leaves out: while an answer is late, searches that would have come meanwhile
     * @param overheads latency less what the engine says it took
     * @param error the first one; null if there was none
     */
    public record Outcome(
            double seconds,
            Histogram latencies,
            Histogram corrected,
            Histogram overheads,
            long errors,
            @Nullable String error) {
        double perSecond() {
            return latencies.getTotalCount() / seconds;
        }
    }

    /** Searches; a warm-up is a run of its own. */
    public Outcome run(Target target) {
        Run run = new Run(target);
        // Many searchers wait for the network most of the time; in this process they compute.
        ThreadFactory factory = target instanceof EmbeddedTarget || threads == 1
                ? Thread.ofPlatform().factory()
                : Thread.ofVirtual().factory();
        List<Thread> searchers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int first = i;
            searchers.add(factory.newThread(() -> run.search(first)));
        }
        long start = System.nanoTime();
        run.start = start;
        searchers.forEach(Thread::start);
        searchers.forEach(Load::join);
        return run.outcome((System.nanoTime() - start) / 1e9);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private final class Run {
        private final Target target;
        private final Histogram latencies = new SynchronizedHistogram(LONGEST_NANOS, DIGITS);
        private final Histogram overheads = new SynchronizedHistogram(LONGEST_NANOS, DIGITS);
        private final AtomicLong errors = new AtomicLong();
        private final AtomicReference<@Nullable String> error = new AtomicReference<>();
        private final AtomicLong next = new AtomicLong();
        private volatile long start;

        Run(Target target) {
            this.target = target;
        }

        @SuppressWarnings("IllegalCatch") // whatever a target throws is counted
        void search(int searcher) {
            long end = start + (long) (seconds * 1e9);
            int at = searcher;
            for (long due = due(); due < end; due = due()) {
                try {
                    long micros = target.search(query.apply(at), k);
                    long nanos = Math.min(System.nanoTime() - due, LONGEST_NANOS);
                    latencies.recordValue(nanos);
                    overheads.recordValue(Math.max(0, nanos - TimeUnit.MICROSECONDS.toNanos(micros)));
                } catch (RuntimeException e) {
                    errors.incrementAndGet();
                    error.compareAndSet(null, String.valueOf(e.getMessage()));
                }
                at += threads;
            }
        }

        /** When the next search is due, having waited until then. */
        private long due() {
            if (rate == 0) {
                return System.nanoTime();
            }
            long due = start + (long) (next.getAndIncrement() * 1e9 / rate);
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            return due;
        }

        Outcome outcome(double took) {
            Histogram corrected = rate > 0
                    ? latencies
                    : latencies.copyCorrectedForCoordinatedOmission(Math.max(1, latencies.getValueAtPercentile(50)));
            return new Outcome(took, latencies, corrected, overheads, errors.get(), error.get());
        }
    }
}
