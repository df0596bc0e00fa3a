package io.vecino.server.work;

import io.vecino.model.EngineException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a failure is to the caller, in any protocol.
 *
 * @param details null if the message says it all
 */
public record Failure(Code code, String message, @Nullable Details details) {
    private static final Logger LOG = LoggerFactory.getLogger(Failure.class);

    /** Sorted by who must act. */
    public enum Code {
        INVALID_ARGUMENT,
        NOT_FOUND,
        CONFLICT,
        /** A retry may succeed. */
        UNAVAILABLE,
        RESOURCE_EXHAUSTED,
        INTERNAL;

        /** The name that callers see. */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A value out of its domain. */
    public record Details(String field, String expected, String got) {}

    /** Maps a failure; one that is the server's fault is logged under the request's id and told no more than that. */
    public static Failure of(Throwable failure, String requestId) {
        return switch (failure) {
            case EngineException.InvalidArgument e ->
                new Failure(Code.INVALID_ARGUMENT, e.getMessage(), new Details(e.field(), e.expected(), e.got()));
            case EngineException.NotFound e -> new Failure(Code.NOT_FOUND, e.getMessage(), null);
            case EngineException.Conflict e -> new Failure(Code.CONFLICT, e.getMessage(), null);
            case EngineException.Unavailable e -> new Failure(Code.UNAVAILABLE, e.getMessage(), null);
            case EngineException.ResourceExhausted e -> {
                LOG.warn("request {}: {}", requestId, e.getMessage(), e);
                yield new Failure(Code.RESOURCE_EXHAUSTED, e.getMessage(), null);
            }
            default -> {
                LOG.error("request {} failed", requestId, failure);
                String message = "internal error; the server's log has more under request " + requestId;
                yield new Failure(Code.INTERNAL, message, null);
            }
        };
    }
}
