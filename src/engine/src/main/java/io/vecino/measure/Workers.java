package io.vecino.measure;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Spreads numbered work over a fixed number of threads. */
final class Workers {
    private Workers() {}

    static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** Runs {@code work} for 0 to count − 1; with one thread, in order on the caller's. */
    static void run(int threads, int count, IntConsumer work) {
        if (threads == 1) {
            IntStream.range(0, count).forEach(work);
            return;
        }
        AtomicInteger next = new AtomicInteger();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            var futures = IntStream.range(0, threads)
                    .<Future<?>>mapToObj(_ -> executor.submit(() -> {
                        for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                            work.accept(i);
                        }
                    }))
                    .toList();
            for (Future<?> future : futures) {
                future.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", e);
        }
    }
}
