package io.vecino.client;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is and how it is called.
 *
 * @param apiKey null where the server asks for none
 * @param tls null for plain text
 * @param deadline of each call with its retries; streams of points have none
 */
public record ClientConfig(
        String host,
        int port,
        @Nullable String apiKey,
        @Nullable Tls tls,
        Duration deadline,
        RetryPolicy retry) {
    private static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(30);

    public ClientConfig {
        if (!deadline.isPositive()) {
            throw new IllegalArgumentException("deadline: expected a positive duration, got " + deadline);
        }
    }

    /**
     * How a connection is encrypted. Files are PEM.
     *
     * @param authority certificates that may have issued the server's; null for those that Java trusts
     * @param certificate of the client, with {@code key}, where the server asks for one; else null
     */
    public record Tls(
            @Nullable Path authority,
            @Nullable Path certificate,
            @Nullable Path key) {
        public Tls {
            if ((certificate == null) != (key == null)) {
                throw new IllegalArgumentException("expected a certificate and its key, got one of them");
            }
        }
    }

    /** Plain text, no key, 30 seconds, {@link RetryPolicy#DEFAULT}. */
    public static ClientConfig of(String host, int port) {
        return new ClientConfig(host, port, null, null, DEFAULT_DEADLINE, RetryPolicy.DEFAULT);
    }

    /** The same with a key. */
    public ClientConfig withApiKey(String other) {
        return new ClientConfig(host, port, other, tls, deadline, retry);
    }

    /** The same, encrypted. */
    public ClientConfig withTls(Tls other) {
        return new ClientConfig(host, port, apiKey, other, deadline, retry);
    }

    /** The same with another deadline. */
    public ClientConfig withDeadline(Duration other) {
        return new ClientConfig(host, port, apiKey, tls, other, retry);
    }

    /** The same with other retries. */
    public ClientConfig withRetry(RetryPolicy other) {
        return new ClientConfig(host, port, apiKey, tls, deadline, other);
    }

    @Override
    public String toString() {
        return (tls == null ? "" : "tls ") + host + ":" + port;
    }
}
