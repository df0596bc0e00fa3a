package io.vecino.model;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Every failure the engine reports, sorted by who must act. Each subclass maps to one protocol status. */
public abstract sealed class EngineException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String message;

    private EngineException(String message, @Nullable Throwable cause) {
        super(message, cause);
        this.message = message;
    }

    /** Never null. */
    @Override
    public String getMessage() {
        return message;
    }

    /** The caller must change the request: a value is out of its domain. Nothing of the request was applied. */
    public static final class InvalidArgument extends EngineException {
        @Serial
        private static final long serialVersionUID = 1L;

        private final String field;
        private final String expected;
        private final String got;

        /**
         * @param field path of the offending field, as the user wrote it: {@code points[3].vector}
         * @param expected what would have been accepted
         * @param got what was found
         */
        public InvalidArgument(String field, String expected, String got) {
            super(field + ": expected " + expected + ", got " + got, null);
            this.field = field;
            this.expected = expected;
            this.got = got;
        }

        public String field() {
            return field;
        }

        public String expected() {
            return expected;
        }

        public String got() {
            return got;
        }
    }

    /** The caller named something that does not exist. */
    public static final class NotFound extends EngineException {
        @Serial
        private static final long serialVersionUID = 1L;

        /** @param kind what was looked for: {@code collection}, {@code point} */
        public NotFound(String kind, String name) {
            super(kind + " not found: " + name, null);
        }
    }

    /** The caller wants to create what is already there, or change what must not change. */
    public static final class Conflict extends EngineException {
        @Serial
        private static final long serialVersionUID = 1L;

        public Conflict(String message) {
            super(message, null);
        }
    }

    /** The operator must act: the memory budget or the disk is exhausted. Reads go on. */
    public static final class ResourceExhausted extends EngineException {
        @Serial
        private static final long serialVersionUID = 1L;

        public ResourceExhausted(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The engine is closed or closing, or the collection was deleted meanwhile; a retry elsewhere may succeed. */
    public static final class Unavailable extends EngineException {
        @Serial
        private static final long serialVersionUID = 1L;

        public Unavailable(String message) {
            super(message, null);
        }
    }

    /** The operator must act: the data directory cannot be read or written, or what it holds is damaged. */
    public static final class StorageFailure extends EngineException {
        @Serial
        private static final long serialVersionUID = 1L;

        public StorageFailure(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
