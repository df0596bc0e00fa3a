package io.vecino.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often and when a call is made again that found the server busy or unreachable. Waits double from the first to the longest;
 * each is chosen by chance between half of that and all of it, so that clients do not come back together.
 *
 * @param attempts at most, the first one included; 1 for no retries
 */
public record RetryPolicy(int attempts, Duration first, Duration longest) {
    /** Five attempts, waiting 50 ms to 2 s. */
    public static final RetryPolicy DEFAULT = new RetryPolicy(5, Duration.ofMillis(50), Duration.ofSeconds(2));

    /** One attempt. */
    public static final RetryPolicy NONE = new RetryPolicy(1, Duration.ofMillis(1), Duration.ofMillis(1));

    public RetryPolicy {
        if (attempts < 1 || !first.isPositive() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException("expected at least one attempt and 0 < first <= longest, got " + attempts
                    + ", " + first + ", " + longest);
        }
    }

    /** Nanoseconds to wait after an attempt, counted from 1. */
    long waitNanos(int attempt) {
        long most = longest.toNanos();
        long wait = first.toNanos();
        for (int i = 1; i < attempt && wait < most; i++) {
            wait *= 2;
        }
        wait = Math.min(wait, most);
        return wait / 2 + ThreadLocalRandom.current().nextLong(wait / 2 + 1);
    }
}
