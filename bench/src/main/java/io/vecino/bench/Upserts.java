package io.vecino.bench;

import io.vecino.bench.serve.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Loading of vectors by several streams. */
final class Upserts {
    private Upserts() {}

    /** Stores all points, cut into one part per stream; returns the seconds until everything is acknowledged. */
    static double run(Target target, EngineInput input, int streams, int batch) {
        long start = System.nanoTime();
        try (ExecutorService workers = Executors.newFixedThreadPool(streams)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                int from = (int) ((long) input.points() * i / streams);
                int to = (int) ((long) input.points() * (i + 1) / streams);
                running.add(workers.submit(() -> load(target, input, from, to, batch)));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static void load(Target target, EngineInput input, int from, int to, int batch) {
        try (Target.Loader loader = target.loader()) {
            for (int first = from; first < to; first += batch) {
                float[][] vectors = new float[Math.min(batch, to - first)][];
                for (int i = 0; i < vectors.length; i++) {
                    vectors[i] = input.vector(first + i);
                }
                loader.add(first, vectors);
            }
        }
    }
}
