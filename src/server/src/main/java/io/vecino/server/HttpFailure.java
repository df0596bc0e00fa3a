package io.vecino.server;

import java.io.Serial;
import java.util.List;

/** A request refused by the protocol edge, before or instead of the engine. */
abstract sealed class HttpFailure extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private HttpFailure(String message) {
        super(message, null, false, false);
    }

    /** The request line, the headers or the framing cannot be read. */
    static final class Malformed extends HttpFailure {
        @Serial
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message);
        }
    }

    /** The path exists, but not with this method. */
    static final class MethodNotAllowed extends HttpFailure {
        @Serial
        private static final long serialVersionUID = 1L;

        private final String allow;

        MethodNotAllowed(String method, String path, List<String> allowed) {
            super(method + " is not possible on " + path + "; possible: " + String.join(", ", allowed));
            this.allow = String.join(", ", allowed);
        }

        /** Value of the {@code Allow} header. */
        String allow() {
            return allow;
        }
    }

    /** The body is longer than the server reads. */
    static final class BodyTooLarge extends HttpFailure {
        @Serial
        private static final long serialVersionUID = 1L;

        BodyTooLarge(int limit) {
            super("body: expected at most " + limit + " bytes, got more");
        }

        /** @param ratio by which a compressed body may grow */
        static BodyTooLarge compressed(int ratio) {
            return new BodyTooLarge("body: expected to grow at most " + ratio + " times when decompressed, got more");
        }

        private BodyTooLarge(String message) {
            super(message);
        }
    }

    /** The request line or the headers are longer than the server reads. */
    static final class HeadTooLarge extends HttpFailure {
        @Serial
        private static final long serialVersionUID = 1L;

        private final boolean line;

        /** @param line whether it is the request line rather than the headers */
        HeadTooLarge(boolean line) {
            super((line ? "request line" : "headers") + ": expected at most " + HttpPipeline.MAX_HEAD_BYTES
                    + " bytes, got more");
            this.line = line;
        }

        boolean line() {
            return line;
        }
    }

    /** The server asks for a key, and this is none of its keys. */
    static final class Unauthenticated extends HttpFailure {
        @Serial
        private static final long serialVersionUID = 1L;

        Unauthenticated() {
            super("key: expected Authorization: Bearer KEY with a key of this server, got none or another");
        }
    }

    /** The caller's key does not reach so far. */
    static final class Forbidden extends HttpFailure {
        @Serial
        private static final long serialVersionUID = 1L;

        Forbidden(String message) {
            super(message);
        }
    }

    /** A web page of another origin made the browser send this. */
    static final class ForeignOrigin extends HttpFailure {
        @Serial
        private static final long serialVersionUID = 1L;

        ForeignOrigin(String message) {
            super(message);
        }
    }

    /** An {@code Expect} header other than {@code 100-continue}. */
    static final class ExpectationFailed extends HttpFailure {
        @Serial
        private static final long serialVersionUID = 1L;

        ExpectationFailed(String expect) {
            super("Expect: expected 100-continue, got " + expect);
        }
    }

    /** The request did not arrive in time. */
    static final class RequestTimeout extends HttpFailure {
        @Serial
        private static final long serialVersionUID = 1L;

        RequestTimeout(long millis) {
            super("the request did not arrive completely within " + millis + " ms");
        }
    }

    /** One key has more requests going on than its share. */
    static final class TooManyRequests extends HttpFailure {
        @Serial
        private static final long serialVersionUID = 1L;

        TooManyRequests(String key, int most) {
            super("key " + key + ": expected at most " + most + " requests at once, got more");
        }
    }

    /** A body in an encoding that the server does not know. */
    static final class UnknownEncoding extends HttpFailure {
        @Serial
        private static final long serialVersionUID = 1L;

        UnknownEncoding(String encoding) {
            super("Content-Encoding: expected gzip, zstd or identity, got " + encoding);
        }
    }

    /** The server is busy or stopping, or the work took longer than the deadline. */
    static final class Overloaded extends HttpFailure {
        @Serial
        private static final long serialVersionUID = 1L;

        Overloaded(String message) {
            super(message);
        }
    }
}
