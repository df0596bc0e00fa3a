package io.vecino.cli.client;

import java.io.Serial;

/** A server refused a request, failed, or could not be reached. */
public final class ServerFailure extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;

    ServerFailure(int status, String message) {
        super(message);
        this.status = status;
    }

    /** Whether the caller must change the request. */
    public boolean callersFault() {
        return status >= 400 && status < 500;
    }
}
