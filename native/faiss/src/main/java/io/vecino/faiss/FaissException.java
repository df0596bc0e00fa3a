package io.vecino.faiss;

import java.io.Serial;

/** A C++ exception that left FAISS; the message is its {@code what()}: the function, the file and line, and the reason. */
public class FaissException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public FaissException(String message) {
        super(message);
    }
}
