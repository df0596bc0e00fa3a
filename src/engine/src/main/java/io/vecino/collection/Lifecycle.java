package io.vecino.collection;

import io.vecino.model.EngineException;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Lets calls in until closed, and lets the closer wait for those inside. */
final class Lifecycle {
    private final String name;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private volatile boolean closed;

    Lifecycle(String name) {
        this.name = name;
    }

    /** A call in progress. */
    interface Call extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Enters; the caller closes what it gets on the same thread.
     *
     * @throws EngineException.Unavailable once closing has begun
     */
    Call enter() {
        lock.readLock().lock();
        if (closed) {
            lock.readLock().unlock();
            throw unavailable();
        }
        return lock.readLock()::unlock;
    }

    /** Fails once closing has begun: long work inside a call asks between its steps. */
    void requireOpen() {
        if (closed) {
            throw unavailable();
        }
    }

    private EngineException unavailable() {
        return new EngineException.Unavailable("collection " + name + " is closed");
    }

    /** Turns new calls away, waits for those inside, then runs the action; does nothing the second time. */
    void close(Runnable action) {
        boolean first;
        synchronized (this) {
            first = !closed;
            closed = true;
        }
        if (first) {
            lock.writeLock().lock();
            try {
                action.run();
            } finally {
                lock.writeLock().unlock();
            }
        }
    }
}
