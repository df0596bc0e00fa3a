package io.vecino.server;

import java.util.function.Function;

/**
 * What is done for a method and a path.
 *
 * @param template the path as in the API's description: {@code /v1/collections/{c}:search}
 * @param probe whether it is answered even when the server has no room for more work
 */
record Route(String method, String template, boolean probe, Function<Request, Response> handler) {
    static Route of(String method, String template, Function<Request, Response> handler) {
        return new Route(method, template, false, handler);
    }

    static Route probe(String template, Function<Request, Response> handler) {
        return new Route("GET", template, true, handler);
    }
}
