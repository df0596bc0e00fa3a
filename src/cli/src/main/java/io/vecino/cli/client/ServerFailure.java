package io.vecino.cli.client;

import java.io.Serial;

/** A server refused a request, failed, or could not be reached. */
public final class ServerFailure extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;
    private final boolean answered;

    ServerFailure(int status, String message) {
        this(status, message, true);
    }

    /** @param answered whether a server said so, rather than there being none */
    ServerFailure(int status, String message, boolean answered) {
        super(message);
        this.status = status;
        this.answered = answered;
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
