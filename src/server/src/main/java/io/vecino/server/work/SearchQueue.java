package io.vecino.server.work;

import io.vecino.EngineCollection;
import io.vecino.model.EngineException;
import io.vecino.model.IndexSpec;
import io.vecino.model.SearchDeadline;
import io.vecino.model.SearchRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Searches that would have to wait for a core wait together, and those of one collection are then made in one pass over its codes.
 * A search that finds a core free is made at once, alone: nothing waits for company. Graphs gain nothing by it and are not
 * queued. Passes have platform threads of their own: virtual ones, which are not preempted, would keep the next searches from
 * arriving, and so from meeting. Thread-safe.
 *
 * @param <R> what a search returns
 */
public final class SearchQueue<R> implements AutoCloseable {
    private static final int MOST_TOGETHER = 32;

    private final Pass<R> pass;
    private final int cores;
    private final int mostWaiting;
    private final ExecutorService passes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Pending> waiting = new ArrayDeque<>();
    private int running;

    /** Makes searches. */
    @FunctionalInterface
    public interface Pass<R> {
        /**
         * Makes several of a collection at once.
         *
         * @param requestIds of each
         * @param deadline {@link System#nanoTime} after which nobody waits
         * @return one result per search
         */
        List<R> run(EngineCollection collection, List<SearchRequest> requests, List<String> requestIds, long deadline);
    }

    /**
     * @param cores passes at a time
     * @param mostWaiting searches that wait; further ones are refused
     */
    public SearchQueue(Pass<R> pass, int cores, int mostWaiting) {
        this.pass = pass;
        this.cores = cores;
        this.mostWaiting = mostWaiting;
        this.passes = Executors.newFixedThreadPool(
                Math.max(1, cores),
                Thread.ofPlatform().daemon().name("vecino-search-", 0).factory());
    }

    /**
     * Searches, and waits for it.
     *
     * @param deadline {@link System#nanoTime} after which nobody waits for the answer
     * @throws EngineException.Unavailable also if the deadline passes, or too many searches are waiting
     */
    public R search(EngineCollection collection, SearchRequest request, long deadline, String requestId) {
        if (!gains(collection, request)) {
            return pass.run(collection, List.of(request), List.of(requestId), deadline)
                    .getFirst();
        }
        Pending own = new Pending(collection, request, deadline, requestId);
        enter(own);
        return own.await();
    }

    private static boolean gains(EngineCollection collection, SearchRequest request) {
        return request.filter() == null
                && !request.params().exact()
                && !(collection.config().index() instanceof IndexSpec.Graph);
    }

    private void enter(Pending own) {
        lock.lock();
        try {
            if (running < cores) {
                passes.execute(() -> work(own));
                running++;
            } else if (waiting.size() < mostWaiting) {
                waiting.add(own);
            } else {
                throw new EngineException.Unavailable(mostWaiting + " searches are waiting already");
            }
        } catch (RejectedExecutionException _) {
            throw new EngineException.Unavailable("the server is stopping");
        } finally {
            lock.unlock();
        }
    }

    /** Makes a search, then those that wait, as long as there are any. */
    private void work(Pending first) {
        for (List<Pending> batch = List.of(first); !batch.isEmpty(); batch = next()) {
            run(batch);
        }
    }

    private List<Pending> next() {
        lock.lock();
        try {
            Pending first = waiting.peek();
            if (first == null) {
                running--;
                return List.of();
            }
            return take(first);
        } finally {
            lock.unlock();
        }
    }

    /** Takes a search out of the queue and those that can be made with it. */
    private List<Pending> take(Pending first) {
        List<Pending> batch = new ArrayList<>();
        for (Iterator<Pending> all = waiting.iterator(); all.hasNext() && batch.size() < MOST_TOGETHER; ) {
            Pending one = all.next();
            if (one.collection.name().equals(first.collection.name())) {
                batch.add(one);
                all.remove();
            }
        }
        return batch;
    }

    /** Searches that wait at this moment. */
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    private boolean withdraw(Pending own) {
        lock.lock();
        try {
            return waiting.remove(own);
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("IllegalCatch") // it is the one of whoever asked
    private void run(List<Pending> batch) {
        if (batch.size() == 1) {
            batch.getFirst().runAlone();
            return;
        }
        try {
            long latest = batch.stream()
                    .mapToLong(one -> one.deadline)
                    .reduce((a, b) -> a - b > 0 ? a : b)
                    .orElseThrow();
            List<SearchRequest> requests =
                    batch.stream().map(one -> one.request).toList();
            EngineCollection collection = batch.getFirst().collection;
            List<String> ids = batch.stream().map(one -> one.requestId).toList();
            List<R> results = pass.run(collection, requests, ids, latest);
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).done(results.get(i), null);
            }
        } catch (RuntimeException | Error _) {
            // One search that cannot be made must not fail the others.
            batch.forEach(one -> one.runAlone());
        }
    }

    /** Takes no more searches; those in progress go on. */
    @Override
    public void close() {
        passes.shutdown();
    }

    private final class Pending {
        private final EngineCollection collection;
        private final SearchRequest request;
        private final long deadline;
        private final String requestId;
        private final Thread thread = Thread.currentThread();
        private volatile boolean done;
        private @Nullable R result;
        private @Nullable Throwable failure;

        Pending(EngineCollection collection, SearchRequest request, long deadline, String requestId) {
            this.requestId = requestId;
            this.collection = collection;
            this.request = request;
            this.deadline = deadline;
        }

        R await() {
            while (!done) {
                long left = deadline - System.nanoTime();
                if (left <= 0 && withdraw(this)) {
                    throw SearchDeadline.passed();
                }
                LockSupport.parkNanos(this, left <= 0 ? Long.MAX_VALUE : left);
            }
            return outcome();
        }

        void done(@Nullable R found, @Nullable Throwable why) {
            result = found;
            failure = why;
            done = true;
            LockSupport.unpark(thread);
        }

        @SuppressWarnings("IllegalCatch") // it is the one of whoever asked
        void runAlone() {
            try {
                done(
                        pass.run(collection, List.of(request), List.of(requestId), deadline)
                                .getFirst(),
                        null);
            } catch (RuntimeException | Error e) {
                done(null, e);
            }
        }

        private R outcome() {
            switch (failure) {
                case null -> {}
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new IllegalStateException(failure);
            }
            if (result == null) {
                throw new IllegalStateException("a search ended without result");
            }
            return result;
        }
    }
}
