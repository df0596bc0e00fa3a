package io.vecino.server;

import java.time.Duration;

/**
 * What one server takes on at a time.
 *
 * @param connections open at once; further ones are answered 503 and closed
 * @param requests being worked on at once; further ones are answered 503
 * @param bodyBytes of request bodies held at once, over all connections
 * @param idle how long a connection may stay open without a complete request head
 * @param stalledWrite how long a client may leave the response unread
 * @param linger how long the rest of a refused request is read before the connection is closed, so that the client gets
 *     to see the response
 * @param drain how long {@link VecinoServer#close} waits for requests in progress
 */
record Limits(
        int connections,
        int requests,
        long bodyBytes,
        Duration idle,
        Duration stalledWrite,
        Duration linger,
        Duration drain) {
    static final Limits DEFAULT = new Limits(
            1024,
            256,
            512L << 20,
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            Duration.ofSeconds(2),
            Duration.ofSeconds(10));
}
