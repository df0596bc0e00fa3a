package io.vecino.server;

import io.vecino.model.EngineException;
import java.util.Map;

/**
 * A request that was routed and has arrived completely.
 *
 * @param names what stands in the path for the route's parameters, decoded
 * @param body readable until the response is written
 * @param deadline {@link System#nanoTime} after which nobody waits for the answer
 */
record Request(Map<String, String> names, Query query, Body body, long deadline) {
    /** Bytes of a request's body, lent by the connection that received them. */
    @SuppressWarnings("ArrayRecordComponent") // a view of the receive buffer; a copy would double the cost of loading
    record Body(byte[] bytes, int offset, int length) {}

    /** What stands in the path for a parameter of the route. */
    String name(String parameter) {
        String value = names.get(parameter);
        if (value == null) {
            throw new IllegalStateException("the route has no parameter " + parameter);
        }
        return value;
    }

    /** The body as JSON. */
    JsonInput json() {
        return new JsonInput(body);
    }

    /** Refuses a body where none is read. */
    void requireNoBody() {
        if (body.length() > 0) {
            throw new EngineException.InvalidArgument("body", "no body", body.length() + " bytes");
        }
    }

    /** Refuses query parameters where none is read. */
    void requireNoQuery() {
        query.requireOnly();
    }
}
