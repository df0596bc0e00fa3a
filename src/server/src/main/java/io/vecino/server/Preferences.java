package io.vecino.server;

import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * How a caller wants the answer.
 *
 * @param coding that it may be compressed with
 * @param known value of {@code If-None-Match}: what the caller has already
 * @param origin of a web page that may read it; null if there is none
 */
record Preferences(
        HttpVersion version,
        ContentCoding coding,
        @Nullable String known,
        @Nullable String origin) {
    /** Of a caller who said nothing. */
    static final Preferences NONE = new Preferences(HttpVersion.HTTP_1_1, ContentCoding.IDENTITY, null, null);

    /** Whether the caller has what carries a tag. */
    boolean has(String tag) {
        if (known == null) {
            return false;
        }
        for (String one : known.split(",", -1)) {
            if (one.strip().equals(tag) || one.strip().equals("*")) {
                return true;
            }
        }
        return false;
    }
}
