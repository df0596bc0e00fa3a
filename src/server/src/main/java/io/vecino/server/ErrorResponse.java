package io.vecino.server;

import io.vecino.server.work.Failure;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * What a failure looks like to the caller: the one place where failures become HTTP.
 *
 * @param details null if the message says it all
 * @param headers beyond those that every response has
 */
record ErrorResponse(
        int status, String code, String message, Failure.@Nullable Details details, Map<String, String> headers) {
    private static final Map<String, String> RETRY = Map.of("Retry-After", "1");

    /** Maps a failure; one that is the server's fault is logged under the request's id and told no more than that. */
    static ErrorResponse of(Throwable failure, String requestId) {
        return failure instanceof HttpFailure e ? edge(e) : of(Failure.of(failure, requestId));
    }

    /** The same failure in HTTP. */
    static ErrorResponse of(Failure failure) {
        int status = switch (failure.code()) {
            case INVALID_ARGUMENT -> 400;
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
            case UNAVAILABLE -> 503;
            case RESOURCE_EXHAUSTED -> 507;
            case INTERNAL -> 500;
        };
        Map<String, String> headers = failure.code() == Failure.Code.UNAVAILABLE ? RETRY : Map.of();
        return new ErrorResponse(status, failure.code().id(), failure.message(), failure.details(), headers);
    }

    private static ErrorResponse edge(HttpFailure failure) {
        return switch (failure) {
            case HttpFailure.Malformed e -> plain(400, "invalid_argument", e);
            case HttpFailure.Unauthenticated e ->
                new ErrorResponse(401, "unauthenticated", message(e), null, Map.of("WWW-Authenticate", "Bearer"));
            case HttpFailure.Forbidden e -> plain(403, "forbidden", e);
            case HttpFailure.ForeignOrigin e -> plain(403, "forbidden", e);
            case HttpFailure.MethodNotAllowed e ->
                new ErrorResponse(405, "method_not_allowed", message(e), null, Map.of("Allow", e.allow()));
            case HttpFailure.RequestTimeout e -> plain(408, "deadline_exceeded", e);
            case HttpFailure.BodyTooLarge e -> plain(413, "too_large", e);
            case HttpFailure.HeadTooLarge e -> plain(e.line() ? 414 : 431, "too_large", e);
            case HttpFailure.ExpectationFailed e -> plain(417, "invalid_argument", e);
            case HttpFailure.UnknownEncoding e ->
                new ErrorResponse(415, "invalid_argument", message(e), null, Map.of("Accept-Encoding", "gzip, zstd"));
            case HttpFailure.TooManyRequests e -> new ErrorResponse(429, "too_many_requests", message(e), null, RETRY);
            case HttpFailure.Overloaded e -> retry(e);
        };
    }

    private static ErrorResponse plain(int status, String code, RuntimeException failure) {
        return new ErrorResponse(status, code, message(failure), null, Map.of());
    }

    private static ErrorResponse retry(RuntimeException failure) {
        return new ErrorResponse(503, "unavailable", message(failure), null, RETRY);
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
