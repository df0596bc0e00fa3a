package io.vecino.loading.file;

import java.io.Serial;

/** A row cannot be used; the file can be read on behind it. */
final class BadRowException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    BadRowException(String what, String expected, String got) {
        super(what + ": expected " + expected + ", got " + got, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
