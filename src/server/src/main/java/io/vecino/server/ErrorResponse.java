package io.vecino.server;

import io.vecino.model.EngineException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;

/**
 * What a failure looks like to the caller: the one place where failures become HTTP.
 *
 * @param details null if the message says it all
 * @param headers beyond those that every response has
 */
record ErrorResponse(
        int status, String code, String message, @Nullable Details details, Map<String, String> headers) {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorResponse.class);
    private static final Map<String, String> RETRY = Map.of("Retry-After", "1");

    /** A value out of its domain. */
    record Details(String field, String expected, String got) {}

    /** Maps a failure; one that is the server's fault is logged under the request's id and told no more than that. */
    static ErrorResponse of(Throwable failure, String requestId) {
        return switch (failure) {
            case EngineException e -> engine(e, requestId);
            case HttpFailure e -> edge(e);
            default -> internal(failure, requestId);
        };
    }

    private static ErrorResponse engine(EngineException failure, String requestId) {
        return switch (failure) {
            case EngineException.InvalidArgument e ->
                new ErrorResponse(
                        400, "invalid_argument", message(e), new Details(e.field(), e.expected(), e.got()), Map.of());
            case EngineException.NotFound e -> plain(404, "not_found", e);
            case EngineException.Conflict e -> plain(409, "conflict", e);
            case EngineException.Unavailable e -> retry(e);
            case EngineException.ResourceExhausted e -> {
                LOG.warn("request {}: {}", requestId, message(e), e);
                yield plain(507, "resource_exhausted", e);
            }
            case EngineException.StorageFailure e -> internal(e, requestId);
        };
    }

    private static ErrorResponse edge(HttpFailure failure) {
        return switch (failure) {
            case HttpFailure.Malformed e -> plain(400, "invalid_argument", e);
            case HttpFailure.ForeignOrigin e -> plain(403, "forbidden", e);
            case HttpFailure.MethodNotAllowed e ->
                new ErrorResponse(405, "method_not_allowed", message(e), null, Map.of("Allow", e.allow()));
            case HttpFailure.RequestTimeout e -> plain(408, "deadline_exceeded", e);
            case HttpFailure.BodyTooLarge e -> plain(413, "too_large", e);
            case HttpFailure.HeadTooLarge e -> plain(e.line() ? 414 : 431, "too_large", e);
            case HttpFailure.ExpectationFailed e -> plain(417, "invalid_argument", e);
            case HttpFailure.Overloaded e -> retry(e);
        };
    }

    private static ErrorResponse plain(int status, String code, RuntimeException failure) {
        return new ErrorResponse(status, code, message(failure), null, Map.of());
    }

    private static ErrorResponse retry(RuntimeException failure) {
        return new ErrorResponse(503, "unavailable", message(failure), null, RETRY);
    }

    private static ErrorResponse internal(Throwable failure, String requestId) {
        LOG.error("request {} failed", requestId, failure);
        String message = "internal error; the server's log has more under request " + requestId;
        return new ErrorResponse(500, "internal", message, null, Map.of());
    }

    private static String message(RuntimeException failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    Response response() {
        return new Response(status, headers, new Response.Json(this::write));
    }

    private void write(JsonGenerator json) {
        json.writeStartObject();
        json.writeObjectPropertyStart("error");
        writeFields(json);
        json.writeEndObject();
        json.writeEndObject();
    }

    /** The fields of an error, into an object that was started. */
    void writeFields(JsonGenerator json) {
        json.writeStringProperty("code", code);
        json.writeStringProperty("message", message);
        if (details != null) {
            json.writeObjectPropertyStart("details");
            json.writeStringProperty("field", details.field());
            json.writeStringProperty("expected", details.expected());
            json.writeStringProperty("got", details.got());
            json.writeEndObject();
        }
    }
}
