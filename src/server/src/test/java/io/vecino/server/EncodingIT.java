package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bodies that are compressed, answers that the caller has already, pages of other origins. */
final class EncodingIT {
    private static final int MAX_BODY = 4 << 20;
    private static final String UPSERT = "/v1/collections/c/points";
    private static final String APP = "https://app.example";

    private TestServer server;

    @BeforeEach
    void start(@TempDir Path directory) {
        ServerConfig config =
                TestServer.config(MAX_BODY, Duration.ofSeconds(30)).withCorsOrigins(Set.of(APP));
        server = new TestServer(directory, config, Limits.DEFAULT).withCollection(2);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static byte[] encoded(ContentCoding coding, byte[] body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = coding.encoder(bytes)) {
            out.write(body);
        }
        return bytes.toByteArray();
    }

    private TestServer.Answer post(String encoding, byte[] body) {
        return server.send(HttpRequest.newBuilder(server.uri(UPSERT))
                .header("Content-Encoding", encoding)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build());
    }

    private static byte[] padded(int spaces) {
        return ("{\"points\":[{\"id\":1,\"vector\":[1,2]}]}" + " ".repeat(spaces)).getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource
    void readsCompressedBodies(ContentCoding coding) throws IOException {
        assertEquals(200, post(coding.id(), encoded(coding, padded(1_000))).status());
        server.get(UPSERT + "/1").expect(200);
        server.assertAtRest();
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void refusesBodiesThatGrowTooMuch(ContentCoding coding) throws IOException {
        byte[] tooLong = encoded(coding, padded(MAX_BODY));
        assertTrue(tooLong.length < 10_000);
        assertEquals(413, post(coding.id(), tooLong).status());
        byte[] tooDense = encoded(coding, padded(MAX_BODY / 2));
        TestServer.Answer answer = post(coding.id(), tooDense);
        assertEquals(413, answer.status());
        assertTrue(answer.message().contains("100 times"), answer.message());
        server.assertAtRest();
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void refusesDamagedBodies(ContentCoding coding) throws IOException {
        byte[] good = encoded(coding, padded(100));
        assertEquals(
                400, post(coding.id(), Arrays.copyOf(good, good.length - 5)).status());
        assertEquals(400, post(coding.id(), padded(0)).status());
        byte[] flipped = good.clone();
        flipped[good.length / 2] ^= 0x55;
        assertEquals(400, post(coding.id(), flipped).status());
        server.get(UPSERT + "/1").expect(404);
        server.assertAtRest();
    }

    @Test
    void refusesZstdThatAsksForMuchMemory() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZstdOutputStream out = new ZstdOutputStream(bytes).setLong(27)) {
            out.write(padded(MAX_BODY - 100));
        }
        assertEquals(400, post("zstd", bytes.toByteArray()).status());
    }

    @Test
    void refusesEncodingsThatItDoesNotKnow() {
        TestServer.Answer answer = post("br", padded(0));
        assertEquals(415, answer.status());
        assertEquals(
                "gzip, zstd",
                answer.http().headers().firstValue("Accept-Encoding").orElse(""));
    }

    private TestServer.Answer get(String target, String header, String value) {
        return server.send(
                HttpRequest.newBuilder(server.uri(target)).header(header, value).build());
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void compressesLongAnswersForWhoTakesThem(ContentCoding coding) throws IOException {
        byte[] plain =
                get("/openapi.yaml", "Accept-Encoding", "br, identity").http().body();
        TestServer.Answer answer = get("/openapi.yaml", "Accept-Encoding", "br, " + coding.id() + ";q=0.5");
        assertEquals(
                coding.id(),
                answer.http().headers().firstValue("Content-Encoding").orElse(""));
        assertTrue(answer.http().headers().allValues("Vary").contains("accept-encoding"));
        assertTrue(answer.http().body().length < plain.length / 2);
        assertArrayEquals(
                plain,
                coding.decoder(new ByteArrayInputStream(answer.http().body())).readAllBytes());
    }

    @Test
    void leavesShortAnswersAsTheyAre() {
        TestServer.Answer answer = get("/healthz", "Accept-Encoding", "gzip, zstd");
        assertEquals(200, answer.status());
        assertFalse(answer.http().headers().firstValue("Content-Encoding").isPresent());
        assertEquals(ContentCoding.IDENTITY, ContentCoding.accepted("gzip;q=0, zstd;q=0.0"));
    }

    @Test
    void saysThatTheCallerHasItAlready() {
        for (String target : new String[] {"/openapi.yaml", "/v1/collections", "/v1/collections/c"}) {
            String tag = get(target, "If-None-Match", "\"other\"")
                    .http()
                    .headers()
                    .firstValue("ETag")
                    .orElseThrow();
            TestServer.Answer again = get(target, "If-None-Match", "\"x\", " + tag);
            assertEquals(304, again.status());
            assertEquals(0, again.http().body().length);
            assertEquals(tag, again.http().headers().firstValue("ETag").orElse(""));
        }
        String before = get("/v1/collections/c", "If-None-Match", "-")
                .http()
                .headers()
                .firstValue("ETag")
                .orElseThrow();
        assertEquals(200, post("identity", padded(0)).status());
        assertEquals(200, get("/v1/collections/c", "If-None-Match", before).status());
    }

    @Test
    void letsPagesOfTheOriginsInThatItWasToldOf() {
        TestServer.Answer answer = get("/v1/collections", "Origin", APP);
        assertEquals(200, answer.status());
        assertEquals(
                APP,
                answer.http()
                        .headers()
                        .firstValue("Access-Control-Allow-Origin")
                        .orElse(""));
        assertEquals(
                403, get("/v1/collections", "Origin", "https://evil.example").status());
        assertFalse(get("/v1/collections", "X-Other", "1")
                .http()
                .headers()
                .firstValue("Access-Control-Allow-Origin")
                .isPresent());
    }

    @Test
    void answersABrowserThatAsksFirst() {
        HttpRequest.Builder question = HttpRequest.newBuilder(server.uri("/v1/collections/c:search"))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Access-Control-Request-Method", "POST");
        TestServer.Answer answer =
                server.send(question.copy().header("Origin", APP).build());
        assertEquals(204, answer.status());
        assertTrue(answer.http()
                .headers()
                .firstValue("Access-Control-Allow-Headers")
                .orElse("")
                .contains("Authorization"));
        assertEquals(
                403,
                server.send(question.copy()
                                .header("Origin", "https://evil.example")
                                .build())
                        .status());
        assertEquals(405, server.send(question.build()).status());
    }
}
