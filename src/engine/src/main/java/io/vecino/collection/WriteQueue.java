package io.vecino.collection;

import io.vecino.model.EngineException;
import io.vecino.model.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Group commit: the writer that gets the lock commits what all waiting writers brought, so that one sync serves them all.
 */
final class WriteQueue {
    private static final int MOST_IN_GROUP = 64;

    private final SegmentSet segments;
    private final ConcurrentLinkedQueue<Pending> waiting = new ConcurrentLinkedQueue<>();
    private final Object lock = new Object();

    WriteQueue(SegmentSet segments) {
        this.segments = segments;
    }

    /** A write and how it ended; handed from thread to thread under the lock. */
    static final class Pending {
        private final Write write;
        private @Nullable WriteResult result;
        private @Nullable RuntimeException failure;

        private Pending(Write write) {
            this.write = write;
        }

        Write write() {
            return write;
        }

        void done(WriteResult of) {
            result = of;
        }

        void failed(RuntimeException cause) {
            failure = cause;
        }

        private boolean ended() {
            return result != null || failure != null;
        }
    }

    /** Returns when the write is as durable as the collection is configured, and seen by searches. */
    WriteResult submit(Write write) {
        Pending own = new Pending(write);
        waiting.add(own);
        synchronized (lock) {
            while (!own.ended()) {
                commit(take());
            }
        }
        if (own.failure != null) {
            throw own.failure;
        }
        if (own.result == null) {
            throw new IllegalStateException("a write ended without result");
        }
        return own.result;
    }

    private List<Pending> take() {
        List<Pending> group = new ArrayList<>();
        Pending next = waiting.poll();
        while (next != null) {
            group.add(next);
            next = group.size() < MOST_IN_GROUP ? waiting.poll() : null;
        }
        return group;
    }

    private void commit(List<Pending> group) {
        try {
            segments.commit(group);
        } catch (RuntimeException | Error e) {
            EngineException failure = new EngineException.StorageFailure("a write of the same group failed: " + e, e);
            group.stream().filter(pending -> !pending.ended()).forEach(pending -> pending.failed(failure));
            throw e;
        }
    }
}
