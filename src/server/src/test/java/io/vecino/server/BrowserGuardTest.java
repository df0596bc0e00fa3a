package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BrowserGuardTest {
    private static HttpHeaders headers(String host, String origin) {
        HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        headers.set("Host", host);
        if (!origin.isEmpty()) {
            headers.set("Origin", origin);
        }
        return headers;
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:7040,''",
        "127.0.0.1,''",
        "127.9.9.9:1,''",
        "[::1]:7040,''",
        "LOCALHOST:7040,http://localhost:7040",
    })
    void letsLocalCallersIn(String host, String origin) {
        assertDoesNotThrow(() -> new BrowserGuard(true, false, Set.of()).check(headers(host, origin)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example:7040", "127.0.0.1.evil.example", "localhost.evil.example", "a b", "@", ""})
    void keepsForeignNamesOutOfLoopback(String host) {
        assertThrows(
                HttpFailure.ForeignOrigin.class,
                () -> new BrowserGuard(true, false, Set.of()).check(headers(host, "")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example", "null", "https://db.example:7040", "http://db.example"})
    void keepsPagesOfOtherOriginsOut(String origin) {
        assertThrows(
                HttpFailure.ForeignOrigin.class,
                () -> new BrowserGuard(false, false, Set.of()).check(headers("db.example:7040", origin)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "http://db.example:7040"})
    void letsAnyHostInBeyondLoopback(String origin) {
        assertDoesNotThrow(() -> new BrowserGuard(false, false, Set.of()).check(headers("db.example:7040", origin)));
    }
}
