package io.vecino.cli.client;

import java.io.Serial;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A server refused a request, failed, or could not be reached. */
public final class ServerFailure extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;
    private final boolean answered;
    private final transient @Nullable Refusal refusal;

    /** What was wrong with a request. */
    public record Refusal(String field, String expected, String got) {}

    ServerFailure(int status, String message) {
        this(status, message, true, null);
    }

    /**
     * @param answered whether a server said so, rather than there being none
     * @param refusal null if the message says it all
     */
    ServerFailure(int status, String message, boolean answered, @Nullable Refusal refusal) {
        super(message);
        this.status = status;
        this.answered = answered;
        this.refusal = refusal;
    }

    /** What was wrong with the request, if the server says. */
    public Optional<Refusal> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** Whether a server said so, rather than there being none. */
    public boolean answered() {
        return answered;
    }

    /** The HTTP status, or one that says as much. */
    public int status() {
        return status;
    }

    /** Whether the caller must change the request. */
    public boolean callersFault() {
        return status >= 400 && status < 500;
    }
}
