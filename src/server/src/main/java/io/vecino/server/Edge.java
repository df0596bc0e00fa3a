package io.vecino.server;

import io.netty.handler.codec.http.HttpRequest;
import java.util.concurrent.Executor;

/**
 * What all connections of a server share.
 *
 * @param workers where routes run: never an event loop
 */
record Edge(
        ServerConfig config, Limits limits, Admission admission, Router router, BrowserGuard guard, Executor workers) {
    Inbound inbound(HttpRequest head) {
        return Inbound.of(head, router, guard, admission, config.maxBodyBytes());
    }
}
