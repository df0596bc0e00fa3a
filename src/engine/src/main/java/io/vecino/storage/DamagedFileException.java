package io.vecino.storage;

import java.io.Serial;

/** A file is missing, cut short, or not what was written; what it held must be taken from elsewhere. */
public final class DamagedFileException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** @param message what was expected and what was found */
    public DamagedFileException(String message) {
        super(message);
    }

    /** With the failure that revealed the damage. */
    public DamagedFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
