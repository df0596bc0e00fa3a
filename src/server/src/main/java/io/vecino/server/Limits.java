package io.vecino.server;

import java.time.Duration;

/**
 * What one server takes on at a time.
 *
 * @param connections open at once; further ones are answered 503 and closed
 * @param streams requests at once on a connection that speaks HTTP/2
 * @param requests being worked on at once; further ones are answered 503
 * @param requestsPerKey of these, those of one key; further ones are answered 429
 * @param bodyBytes of request bodies held at once, over all connections
 * @param head how long a request's head may take from its first byte
 * @param idle how long a connection may stay open without a request
 * @param stalledWrite how long a client may leave the response unread
 * @param linger how long the rest of a refused request is read before the connection is closed, so that the client gets
 *     to see the response
 * @param drain how long {@link VecinoServer#close} waits for requests in progress
 */
record Limits(
        int connections,
        int streams,
        int requests,
        int requestsPerKey,
        long bodyBytes,
        Duration head,
        Duration idle,
        Duration stalledWrite,
        Duration linger,
        Duration drain) {
    static final Limits DEFAULT = new Limits(
            4096,
            128,
            256,
            192,
            512L << 20,
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            Duration.ofSeconds(2),
            Duration.ofSeconds(10));
}
