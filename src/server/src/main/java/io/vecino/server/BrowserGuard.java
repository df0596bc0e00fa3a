package io.vecino.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages away from a server on the machine of whoever visits them. A browser names the page's origin, which must
 * be this server; and on loopback the name it used for this server must be a loopback one, or a foreign name was made to
 * point here (DNS rebinding).
 */
final class BrowserGuard {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final boolean loopback;
    private final Set<String> origins;
    private final String scheme;

    /**
     * @param loopback whether the server listens on a loopback address only
     * @param encrypted whether it speaks TLS
     * @param origins other origins whose pages may call
     */
    BrowserGuard(boolean loopback, boolean encrypted, Set<String> origins) {
        this.origins = origins;
        this.scheme = encrypted ? "https://" : "http://";
        this.loopback = loopback;
    }

    /** @throws HttpFailure.ForeignOrigin for a request that a foreign page made */
    void check(HttpHeaders headers) {
        String host = headers.get(HttpHeaderNames.HOST);
        if (loopback && host != null && !isLoopback(host)) {
            throw new HttpFailure.ForeignOrigin("Host: expected a loopback name, got " + host);
        }
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        if (origin != null && !origin.equalsIgnoreCase(scheme + host) && !origins.contains(origin)) {
            throw new HttpFailure.ForeignOrigin("Origin: expected this server, got " + origin);
        }
    }

    /** The origin of a page that may read the answer; null if there is none, or it is this server. */
    @Nullable
    String reader(HttpHeaders headers) {
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        return origin != null && origins.contains(origin) ? origin : null;
    }

    /** What a browser is told that asks before it sends a page's request; empty if this is no such question. */
    Optional<Response> preflight(HttpRequest head) {
        HttpHeaders headers = head.headers();
        if (!head.method().equals(HttpMethod.OPTIONS)
                || reader(headers) == null
                || !headers.contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD)) {
            return Optional.empty();
        }
        return Optional.of(new Response(
                204,
                Map.of(
                        "Access-Control-Allow-Methods", "GET, PUT, POST, DELETE",
                        "Access-Control-Allow-Headers",
                                "Authorization, Content-Encoding, Content-Type, If-None-Match, X-Api-Key, X-Request-Id",
                        "Access-Control-Max-Age", "600"),
                new Response.None()));
    }

    private static boolean isLoopback(String authority) {
        String host = hostOf(authority);
        return host != null && (LOOPBACK.contains(host) || host.matches("127(\\.[0-9]{1,3}){3}"));
    }

    private static @Nullable String hostOf(String authority) {
        try {
            String host = URI.create("http://" + authority).getHost();
            return host == null ? null : host.toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
