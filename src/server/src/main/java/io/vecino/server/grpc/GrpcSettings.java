package io.vecino.server.grpc;

import io.vecino.server.auth.TlsSettings;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a gRPC server is started with.
 *
 * @param address to listen on; port 0 for any free one
 * @param tls null for plain text
 * @param maxMessageBytes longest message accepted
 * @param deadline time for a call to be answered, and for a stream to make progress
 * @param connections open at once; further ones are closed
 * @param calls being served at once; further ones are told that there is no room
 * @param messageBytes of messages held at once, over all calls
 * @param drain how long closing waits for calls in progress
 */
public record GrpcSettings(
        InetSocketAddress address,
        @Nullable TlsSettings tls,
        int maxMessageBytes,
        Duration deadline,
        int connections,
        int calls,
        long messageBytes,
        Duration drain) {}
