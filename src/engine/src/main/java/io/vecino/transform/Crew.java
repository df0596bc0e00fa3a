package io.vecino.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one training. Work comes in numbered parts whose results do not depend on who does them, so that a
 * training gives the same bits with any number of threads.
 */
final class Crew implements AutoCloseable {
    private static final int MAX_THREADS = 16;

    private final int threads;
    private final ExecutorService executor;

    /** As many threads as processors, at most 16. */
    Crew() {
        this(Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors()));
    }

    Crew(int threads) {
        this.threads = threads;
        this.executor = Executors.newFixedThreadPool(
                threads,
                Thread.ofPlatform().daemon().name("vecino-training-", 0).factory());
    }

    /** Threads at work; a worker's number is below it. */
    int threads() {
        return threads;
    }

    /** One numbered part of the work, done by one worker at a time. */
    @FunctionalInterface
    interface Part {
        void run(int worker, int part);
    }

    /** Does parts 0 to {@code parts} − 1 and returns when all are done; fails as the first failing part does. */
    void run(int parts, Part work) {
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> futures = new ArrayList<>();
        for (int t = 0; t < Math.min(threads, parts); t++) {
            int worker = t;
            futures.add(executor.submit(() -> {
                for (int part = next.getAndIncrement(); part < parts; part = next.getAndIncrement()) {
                    work.run(worker, part);
                }
            }));
        }
        try {
            for (Future<?> future : futures) {
                future.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while training", e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
