package io.vecino.server;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.vecino.server.auth.Caller;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what a server has taken on, and refuses what would be too much. Thread-safe. */
final class Admission {
    private final Limits limits;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Semaphore requests;
    private final AtomicLong bodyBytes = new AtomicLong();
    private final Map<String, AtomicInteger> perKey = new ConcurrentHashMap<>();
    private volatile boolean draining;

    /** What happens to a new connection. */
    enum Verdict {
        SERVE,
        /** It is told that there is no room. */
        REFUSE,
        /** It is closed without a word: there are too many to tell. */
        DROP
    }

    /** What each connection is told. */
    enum Signal {
        /** Close as soon as no request is in progress. */
        DRAIN
    }

    Admission(Limits limits) {
        this.limits = limits;
        this.requests = new Semaphore(limits.requests());
    }

    /** Takes a connection on until it closes. */
    Verdict connect(Channel channel) {
        channels.add(channel);
        int open = channels.size();
        if (open > 2 * limits.connections()) {
            return Verdict.DROP;
        }
        return open > limits.connections() ? Verdict.REFUSE : Verdict.SERVE;
    }

    /**
     * Takes a request on, to be given back with {@link #endRequest}.
     *
     * @throws HttpFailure.Overloaded if there is no room
     * @throws HttpFailure.TooManyRequests if the key has more than its share
     */
    void beginRequest(Caller caller) {
        AtomicInteger running = running(caller);
        if (running.incrementAndGet() > limits.requestsPerKey() && !caller.equals(Caller.ANYONE)) {
            running.decrementAndGet();
            throw new HttpFailure.TooManyRequests(caller.name(), limits.requestsPerKey());
        }
        if (!requests.tryAcquire()) {
            running.decrementAndGet();
            throw new HttpFailure.Overloaded("too many requests are being worked on");
        }
    }

    void endRequest(Caller caller) {
        running(caller).decrementAndGet();
        requests.release();
    }

    private AtomicInteger running(Caller caller) {
        return perKey.computeIfAbsent(caller.name(), _ -> new AtomicInteger());
    }

    /** Takes bytes of a body on, to be given back with {@link #release}. */
    boolean hold(int bytes) {
        if (bodyBytes.addAndGet(bytes) > limits.bodyBytes()) {
            bodyBytes.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void release(long bytes) {
        bodyBytes.addAndGet(-bytes);
    }

    /** Connections open at this moment. */
    int connections() {
        return channels.size();
    }

    /** Bytes of bodies held at this moment. */
    long heldBytes() {
        return bodyBytes.get();
    }

    /** Requests being worked on at this moment. */
    int runningRequests() {
        return limits.requests() - requests.availablePermits();
    }

    boolean draining() {
        return draining;
    }

    /** Closes idle connections now and the others after their current request; returns when all are closed or time is up. */
    void drain() {
        draining = true;
        channels.forEach(channel -> channel.pipeline().fireUserEventTriggered(Signal.DRAIN));
        if (!channels.newCloseFuture().awaitUninterruptibly(limits.drain().toMillis())) {
            channels.close().awaitUninterruptibly();
        }
    }
}
