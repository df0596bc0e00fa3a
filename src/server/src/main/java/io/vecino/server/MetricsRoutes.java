package io.vecino.server;

import io.vecino.server.observe.Metrics;
import java.util.List;
import java.util.Map;

/** The server's numbers for Prometheus. They name every collection, so a key must reach all of them. */
final class MetricsRoutes {
    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Metrics metrics;

    MetricsRoutes(Metrics metrics) {
        this.metrics = metrics;
    }

    List<Route> routes() {
        return List.of(Route.read("GET", "/metrics", this::scrape));
    }

    private Response scrape(Request request) {
        request.requireNoBody();
        if (!request.caller().collections().isEmpty()) {
            throw new HttpFailure.Forbidden("collections: expected a key for all of them");
        }
        return new Response(200, Map.of(), new Response.Text(TYPE, metrics.scrape()));
    }
}
