package io.vecino.server;

import io.opentelemetry.api.trace.Span;
import io.vecino.model.EngineException;
import io.vecino.server.auth.Caller;
import io.vecino.server.auth.Scope;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that was routed and has arrived completely.
 *
 * @param id as returned to the caller
 * @param caller who may do what the route asks for
 * @param span of the request, for what else is worth knowing of it
 * @param names what stands in the path for the route's parameters, decoded
 * @param headers of the request, by name in any case
 * @param body readable until the response is written
 * @param deadline {@link System#nanoTime} after which nobody waits for the answer
 */
record Request(
        String id,
        Caller caller,
        Span span,
        Map<String, String> names,
        Query query,
        Headers headers,
        Body body,
        long deadline) {
    /** Values of headers by name; null where there is none. */
    @FunctionalInterface
    interface Headers {
        @Nullable
        String get(String name);
    }

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

    /**
     * Checks what the route's scope does not say.
     *
     * @throws HttpFailure.Forbidden if the caller's key does not reach so far
     */
    void require(Scope scope, String collection) {
        caller.refusal(scope, collection).ifPresent(reason -> {
            throw new HttpFailure.Forbidden(reason);
        });
    }

    /** Stored vectors give away the texts they were made of: they need the admin scope. */
    void requireVectors(boolean wanted) {
        if (wanted) {
            require(Scope.ADMIN, name(Route.COLLECTION));
        }
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
