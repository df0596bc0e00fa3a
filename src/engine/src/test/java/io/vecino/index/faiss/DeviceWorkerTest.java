package io.vecino.index.faiss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.faiss.CheckedIndex;
import io.vecino.faiss.FaissException;
import io.vecino.storage.Scratch;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The queue, the batches and the end of the device's thread, over an index on the processor. */
@Timeout(value = 20, unit = TimeUnit.SECONDS)
class DeviceWorkerTest {
    private static final int ROWS = 100;

    private static CheckedIndex diagonal(Scratch scratch) {
        MemorySegment rows = scratch.floats((long) ROWS * ROWS);
        rows.fill((byte) 0);
        for (int i = 0; i < ROWS; i++) {
            rows.setAtIndex(ValueLayout.JAVA_FLOAT, (long) i * ROWS + i, 1);
        }
        CheckedIndex index = FaissLibrary.create(ROWS, "Flat", Similarity.L2);
        index.add(rows);
        return index;
    }

    private static float[] unit(int i) {
        float[] query = new float[ROWS];
        query[i] = 1;
        return query;
    }

    @Test
    void answersWaitingQueriesInOneCall() throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (Scratch scratch = new Scratch();
                CheckedIndex index = diagonal(scratch);
                DeviceWorker worker = new DeviceWorker("test", 1000, 64)) {
            CompletableFuture<Boolean> busy = worker.run(() -> {
                started.countDown();
                go.await();
                return true;
            });
            started.await();
            DeviceWorker.Target target = (queries, k, scores, labels) -> {
                calls.incrementAndGet();
                index.search(queries, k, scores, labels, null);
            };
            List<CompletableFuture<DeviceWorker.Found>> futures = new ArrayList<>();
            for (int i = 0; i < ROWS; i++) {
                futures.add(worker.search(target, unit(i), 3));
            }
            go.countDown();
            for (int i = 0; i < ROWS; i++) {
                assertEquals(i, futures.get(i).join().labels()[0]);
            }
            assertTrue(busy.join());
            assertEquals(2, calls.get(), "100 queries in batches of at most 64");
        }
    }

    @Test
    void refusesMoreThanMayWait() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (DeviceWorker worker = new DeviceWorker("test", 2, 8)) {
            CompletableFuture<Boolean> busy = worker.run(() -> {
                started.countDown();
                go.await();
                return true;
            });
            started.await();
            CompletableFuture<Integer> first = worker.run(() -> 1);
            CompletableFuture<Integer> second = worker.run(() -> 2);
            assertThrows(
                    RejectedExecutionException.class, () -> worker.run(() -> 3).join());
            go.countDown();
            assertTrue(busy.join());
            assertEquals(3, first.join() + second.join());
        }
    }

    @Test
    void failuresReachTheOneWhoAskedAndTheThreadLives() {
        try (DeviceWorker worker = new DeviceWorker("test", 10, 8)) {
            DeviceWorker.Target broken = (_, _, _, _) -> {
                throw new FaissException("out of memory");
            };
            CompletionException error = assertThrows(
                    CompletionException.class,
                    () -> worker.search(broken, unit(0), 1).join());
            assertInstanceOf(FaissException.class, error.getCause());
            assertEquals(7, worker.run(() -> 7).join());
        }
    }

    @Test
    void answersWhatWaitsBeforeItEnds() {
        List<CompletableFuture<Integer>> waiting = new ArrayList<>();
        DeviceWorker worker = new DeviceWorker("test", 100, 8);
        for (int i = 0; i < 50; i++) {
            int answer = i;
            waiting.add(worker.run(() -> answer));
        }
        worker.close();
        for (int i = 0; i < 50; i++) {
            assertEquals(i, waiting.get(i).join());
        }
        RejectedExecutionException error = assertThrows(
                RejectedExecutionException.class, () -> worker.run(() -> 1).join());
        assertTrue(String.valueOf(error.getMessage()).contains("shut down"));
        worker.close();
    }
}
