package io.vecino.server;

import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/**
 * An answer before it is bytes.
 *
 * @param headers beyond those that every response has
 * @param tagged whether a caller who has it already is told so instead
 */
record Response(int status, Map<String, String> headers, boolean tagged, Content content) {
    /** What the body is. */
    sealed interface Content {}

    /** @param body writes exactly one value */
    record Json(Consumer<JsonGenerator> body) implements Content {}

    /** @param type value of {@code Content-Type} */
    record Text(String type, String body) implements Content {}

    /** @param type value of {@code Content-Type} */
    @SuppressWarnings("ArrayRecordComponent") // written once, compared never
    record Bytes(String type, byte[] body) implements Content {}

    /** No body. */
    record None() implements Content {}

    Response(int status, Map<String, String> headers, Content content) {
        this(status, headers, false, content);
    }

    static Response ok(Consumer<JsonGenerator> body) {
        return json(200, body);
    }

    static Response json(int status, Consumer<JsonGenerator> body) {
        return new Response(status, Map.of(), new Json(body));
    }

    /** What changes seldom: small, and kept by callers. */
    static Response tagged(Consumer<JsonGenerator> body) {
        return new Response(200, Map.of(), true, new Json(body));
    }

    static Response noContent() {
        return new Response(204, Map.of(), new None());
    }
}
