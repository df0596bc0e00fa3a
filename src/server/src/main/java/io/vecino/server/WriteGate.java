package io.vecino.server;

import io.netty.channel.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Where the writer of a long response waits until the client has read enough of it. */
final class WriteGate {
    private final Channel channel;
    private final long patienceNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** @param patience how long the client may read nothing */
    WriteGate(Channel channel, Duration patience) {
        this.channel = channel;
        this.patienceNanos = patience.toNanos();
    }

    /** To be called when the channel may have become writable or was closed. */
    void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for room in the channel's write buffer. Not to be called on an event loop unless there is room.
     *
     * @throws IOException if the channel was closed, or the client did not read in time
     */
    void await() throws IOException {
        lock.lock();
        try {
            long left = patienceNanos;
            while (!channel.isWritable()) {
                if (!channel.isActive()) {
                    throw new IOException("the client closed the connection");
                }
                if (left <= 0) {
                    throw new IOException(
                            "the client read nothing for " + TimeUnit.NANOSECONDS.toMillis(patienceNanos) + " ms");
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while writing", e);
        } finally {
            lock.unlock();
        }
    }
}
