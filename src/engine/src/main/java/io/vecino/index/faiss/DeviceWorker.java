package io.vecino.index.faiss;

import io.vecino.storage.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/**
 * The one thread that talks to a device. Waiting requests of one index and one k are answered by one call, so that a
 * device that is slow to start but fast to compute is worth asking for single queries too.
 */
final class DeviceWorker implements AutoCloseable {
    /** What the device searches; called by the worker's thread only. */
    @FunctionalInterface
    interface Target {
        /** As {@link io.vecino.faiss.CheckedIndex#search}, without a selector. */
        void search(MemorySegment queries, int k, MemorySegment scores, MemorySegment labels);
    }

    /** The k best of one query, as FAISS reports them. */
    @SuppressWarnings("ArrayRecordComponent") // handed over to the one who asked
    record Found(float[] scores, long[] labels) {}

    private sealed interface Work {
        CompletableFuture<?> future();
    }

    @SuppressWarnings("ArrayRecordComponent") // not changed while waiting
    private record Search(Target target, float[] query, int k, CompletableFuture<Found> future) implements Work {}

    private record Task<T>(Callable<T> call, CompletableFuture<T> future) implements Work {
        void run() {
            try {
                future.complete(call.call());
            } catch (Exception | LinkageError e) {
                future.completeExceptionally(e);
            }
        }
    }

    private record Stop(CompletableFuture<Void> future) implements Work {}

    private final BlockingQueue<Work> queue;
    private final int maxBatch;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * Starts the thread.
     *
     * @param capacity requests that may wait; more are refused
     * @param maxBatch queries of one call
     */
    DeviceWorker(String name, int capacity, int maxBatch) {
        this.queue = new ArrayBlockingQueue<>(capacity);
        this.maxBatch = maxBatch;
        this.thread = Thread.ofPlatform().daemon().name(name).start(this::work);
    }

    /**
     * Asks for the k nearest of a query.
     *
     * @throws RejectedExecutionException if too many requests wait, or after closing
     */
    CompletableFuture<Found> search(Target target, float[] query, int k) {
        CompletableFuture<Found> future = new CompletableFuture<>();
        offer(new Search(target, query, k, future));
        return future;
    }

    /** Runs a call between searches: copying an index to the device, freeing it. */
    <T> CompletableFuture<T> run(Callable<T> call) {
        CompletableFuture<T> future = new CompletableFuture<>();
        offer(new Task<>(call, future));
        return future;
    }

    private void offer(Work work) {
        if (closed || !queue.offer(work)) {
            throw new RejectedExecutionException(
                    closed ? "the device is shut down" : queue.size() + " requests wait for the device");
        }
        if (closed && queue.remove(work)) {
            throw new RejectedExecutionException("the device is shut down");
        }
    }

    private void work() {
        List<Work> taken = new ArrayList<>();
        boolean running = true;
        while (running) {
            taken.clear();
            try {
                taken.add(queue.take());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                closed = true;
                return;
            }
            queue.drainTo(taken, maxBatch - 1);
            running = answer(taken);
        }
    }

    /** In order; neighbours in the queue that ask for the same are one call. False once told to stop. */
    private boolean answer(List<Work> taken) {
        List<Search> batch = new ArrayList<>();
        boolean running = true;
        for (Work work : taken) {
            switch (work) {
                case Search search -> {
                    if (!batch.isEmpty() && !same(batch.getFirst(), search)) {
                        answerBatch(batch);
                        batch.clear();
                    }
                    batch.add(search);
                }
                case Task<?> task -> {
                    answerBatch(batch);
                    batch.clear();
                    task.run();
                }
                case Stop stop -> {
                    answerBatch(batch);
                    batch.clear();
                    stop.future.complete(null);
                    running = false;
                }
            }
        }
        answerBatch(batch);
        return running;
    }

    private static boolean same(Search one, Search other) {
        return one.target.equals(other.target) && one.k == other.k && one.query.length == other.query.length;
    }

    private static void answerBatch(List<Search> batch) {
        if (batch.isEmpty()) {
            return;
        }
        int k = batch.getFirst().k;
        int dimension = batch.getFirst().query.length;
        try (Scratch scratch = new Scratch()) {
            MemorySegment queries = scratch.floats((long) batch.size() * dimension);
            for (int i = 0; i < batch.size(); i++) {
                long at = (long) i * dimension * Float.BYTES;
                MemorySegment.copy(batch.get(i).query, 0, queries, ValueLayout.JAVA_FLOAT, at, dimension);
            }
            MemorySegment scores = scratch.floats((long) batch.size() * k);
            MemorySegment labels = scratch.bytes((long) batch.size() * k * Long.BYTES);
            batch.getFirst().target.search(queries, k, scores, labels);
            for (int i = 0; i < batch.size(); i++) {
                float[] found = new float[k];
                long[] ids = new long[k];
                MemorySegment.copy(scores, ValueLayout.JAVA_FLOAT, (long) i * k * Float.BYTES, found, 0, k);
                MemorySegment.copy(labels, ValueLayout.JAVA_LONG, (long) i * k * Long.BYTES, ids, 0, k);
                batch.get(i).future.complete(new Found(found, ids));
            }
        } catch (RuntimeException | LinkageError e) {
            batch.forEach(search -> search.future.completeExceptionally(e));
        }
    }

    /** Answers what waits, refuses what comes later, and returns when the thread has ended. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        Stop stop = new Stop(new CompletableFuture<>());
        try {
            queue.put(stop);
            thread.join();
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
        for (Work left = queue.poll(); left != null; left = queue.poll()) {
            left.future().completeExceptionally(new RejectedExecutionException("the device is shut down"));
        }
    }
}
