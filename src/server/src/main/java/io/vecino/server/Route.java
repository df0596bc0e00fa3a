package io.vecino.server;

import io.vecino.server.auth.Scope;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is done for a method and a path.
 *
 * @param template the path as in the API's description: {@code /v1/collections/{c}:search}
 * @param scope what the caller's key must allow; null if no key is needed
 * @param probe whether it is answered even when the server has no room for more work
 */
record Route(
        String method, String template, @Nullable Scope scope, boolean probe, Function<Request, Response> handler) {
    /** Name of the parameter that stands for a collection. */
    static final String COLLECTION = "c";

    static Route read(String method, String template, Function<Request, Response> handler) {
        return new Route(method, template, Scope.READ, false, handler);
    }

    static Route write(String method, String template, Function<Request, Response> handler) {
        return new Route(method, template, Scope.WRITE, false, handler);
    }

    static Route admin(String method, String template, Function<Request, Response> handler) {
        return new Route(method, template, Scope.ADMIN, false, handler);
    }

    /** Without a key, and without anything that a key would protect. */
    static Route open(String template, Function<Request, Response> handler) {
        return new Route("GET", template, null, false, handler);
    }

    static Route probe(String template, Function<Request, Response> handler) {
        return new Route("GET", template, null, true, handler);
    }

    /** As in the log: {@code GET /v1/collections/{c}}. */
    String operation() {
        return method + " " + template;
    }
}
