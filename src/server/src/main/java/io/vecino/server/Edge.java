package io.vecino.server;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.ssl.SslContext;
import io.vecino.server.auth.AuditLog;
import io.vecino.server.observe.Metrics;
import io.vecino.server.observe.Traces;
import java.net.SocketAddress;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What all connections of a server share.
 *
 * @param tls null for plain text
 * @param workers where routes run: never an event loop
 */
record Edge(
        ServerConfig config,
        Limits limits,
        Admission admission,
        Router router,
        BrowserGuard guard,
        AuditLog audit,
        Metrics metrics,
        Traces traces,
        @Nullable SslContext tls,
        Executor workers) {
    Inbound inbound(HttpRequest head, SocketAddress remote) {
        return Inbound.of(head, this, remote);
    }
}
