package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no well-behaved client sends. */
final class HttpEdgeIT {
    private static final int MAX_BODY = 8 << 10;
    private static final String UPSERT = "{'points':[{'id':1,'vector':[1,2]}]}";

    private TestServer server;
    private RawConnection raw;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        server = new TestServer(directory, TestServer.config(MAX_BODY, Duration.ofSeconds(30)), Limits.DEFAULT)
                .withCollection(2);
        raw = server.connect();
    }

    @AfterEach
    void stop() throws IOException {
        raw.close();
        server.close();
    }

    private void expectError(int status, String code) throws IOException {
        RawConnection.Answer answer = raw.read();
        assertEquals(status, answer.status(), answer::body);
        assertEquals(
                code, TestServer.JSON.readTree(answer.body()).at("/error/code").asString());
        assertFalse(answer.header("X-Request-Id").isEmpty());
        assertEquals("close", answer.header("Connection"));
        assertTrue(raw.closed());
    }

    private long stored() {
        return server.engine().collection("c").info().points();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0001\u0002\u0003\r\n\r\n",
                "GET\r\n\r\n",
                "GET /healthz\r\n\r\n",
                "GET /healthz HTTQ/1.1\r\n\r\n",
                "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
                "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
                "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "GET /healthz HTTP/1.1\r\nHost: localhost\r\nNo colon\r\n\r\n",
                "GET /healthz HTTP/1.1\r\nHost: localhost\r\nBad\u0000Name: x\r\n\r\n",
                "POST /v1/collections/c/points HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
            })
    void answersRequestsThatAreNotHttpAndCloses(String bytes) throws IOException {
        raw.write(bytes);
        expectError(400, "invalid_argument");
    }

    @Test
    void refusesHeadsThatAreTooLong() throws IOException {
        raw.write("GET /" + "x".repeat(HttpPipeline.MAX_HEAD_BYTES) + " HTTP/1.1\r\n\r\n");
        expectError(414, "too_large");
        try (RawConnection other = server.connect()) {
            raw = other;
            raw.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
                    + ("X-Filler: " + "x".repeat(1_000) + "\r\n").repeat(20) + "\r\n");
            expectError(431, "too_large");
        }
    }

    @Test
    void refusesABodyThatIsAnnouncedTooLongBeforeReadingIt() throws IOException {
        raw.write("POST /v1/collections/c/points HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + (MAX_BODY + 1)
                + "\r\n\r\n");
        expectError(413, "too_large");
        assertEquals(0, server.server().admission().heldBytes());
    }

    @Test
    void tellsAClientThatSendsTooLongABodyAllTheSame() throws IOException {
        raw.write("POST /v1/collections/c/points HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + (1 << 20)
                + "\r\n\r\n" + "x".repeat(1 << 20));
        expectError(413, "too_large");
    }

    @Test
    void refusesAChunkedBodyOnceItIsTooLong() throws IOException {
        raw.write("POST /v1/collections/c/points HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
        String chunk = "1000\r\n" + "x".repeat(0x1000) + "\r\n";
        raw.write(chunk + chunk + "1\r\nx\r\n");
        expectError(413, "too_large");
        assertEquals(0, server.server().admission().heldBytes());
        assertEquals(0, stored());
    }

    @Test
    void readsABodyOfExactlyTheLimit() throws IOException {
        String points = UPSERT + " ".repeat(MAX_BODY - UPSERT.length());
        raw.request("POST", "/v1/collections/c/points", points);
        assertEquals(200, raw.read().status());
    }

    @Test
    void readsAChunkedBodyInTinyPieces() throws IOException {
        raw.write("POST /v1/collections/c/points HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (char c : UPSERT.replace('\'', '"').toCharArray()) {
            raw.write("1\r\n" + c + "\r\n");
        }
        raw.write("0\r\nTrailer: x\r\n\r\n");
        assertEquals(200, raw.read().status());
        assertEquals(1, stored());
    }

    @Test
    void answersPipelinedRequestsInOrder() throws IOException {
        int requests = 200;
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < requests; i++) {
            String body = UPSERT.replace("1,2", i + "," + i).replace('\'', '"');
            all.append("POST /v1/collections/c/points HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: w")
                    .append(i)
                    .append("\r\nContent-Length: ")
                    .append(body.length())
                    .append("\r\n\r\n")
                    .append(body)
                    .append(
                            "GET /v1/collections/c/points/1?with_vector=true HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: r")
                    .append(i)
                    .append("\r\n\r\n");
        }
        raw.write(all.toString());
        for (int i = 0; i < requests; i++) {
            RawConnection.Answer write = raw.read();
            assertEquals(200, write.status(), write::body);
            assertEquals("w" + i, write.header("X-Request-Id"));
            RawConnection.Answer read = raw.read();
            assertEquals("r" + i, read.header("X-Request-Id"));
            assertEquals(
                    i, TestServer.JSON.readTree(read.body()).at("/vector/0").asInt());
        }
    }

    @Test
    void answersAsManyTinyPipelinedRequestsAsFitIntoOneRead() throws IOException {
        int requests = 5_000;
        raw.write("GET / HTTP/1.1\r\n\r\n".repeat(requests));
        for (int i = 0; i < requests; i++) {
            assertEquals(404, raw.read().status());
        }
    }

    @Test
    void goesOnAfterARequestThatWasRefusedForItsContent() throws IOException {
        raw.request("POST", "/v1/collections/c/points", "{");
        assertEquals(400, raw.read().status());
        raw.request("POST", "/v1/nowhere", "{'a':1}");
        assertEquals(404, raw.read().status());
        raw.request("PATCH", "/v1/collections/c", "{'a':1}");
        assertEquals(405, raw.read().status());
        raw.request("POST", "/v1/collections/c/points", UPSERT);
        assertEquals(200, raw.read().status());
    }

    @Test
    void invitesABodyThatWaitsToBeInvited() throws IOException {
        String body = UPSERT.replace('\'', '"');
        raw.write(
                "POST /v1/collections/c/points HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: "
                        + body.length() + "\r\n\r\n");
        assertEquals(100, raw.read().status());
        raw.write(body);
        assertEquals(200, raw.read().status());
    }

    @Test
    void doesNotInviteABodyThatItWouldRefuse() throws IOException {
        raw.write(
                "POST /v1/collections/c/points HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: "
                        + (MAX_BODY + 1) + "\r\n\r\n");
        expectError(413, "too_large");
        try (RawConnection other = server.connect()) {
            raw = other;
            raw.write(
                    "POST /v1/nowhere HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            expectError(404, "not_found");
        }
        try (RawConnection other = server.connect()) {
            raw = other;
            raw.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\nExpect: miracles\r\n\r\n");
            expectError(417, "invalid_argument");
        }
    }

    @Test
    void closesWhenAskedToAndAfterHttp10() throws IOException {
        raw.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        RawConnection.Answer answer = raw.read();
        assertEquals(200, answer.status());
        assertEquals("close", answer.header("Connection"));
        assertTrue(raw.closed());
        try (RawConnection old = server.connect()) {
            old.write("GET /healthz HTTP/1.0\r\n\r\n");
            assertEquals(200, old.read().status());
            assertTrue(old.closed());
        }
    }

    @Test
    void forgetsARequestWhoseClientWentAway() throws IOException {
        raw.write(
                "POST /v1/collections/c/points HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{\"points\"");
        TestServer.await(() -> server.server().admission().heldBytes() > 0);
        raw.close();
        server.assertAtRest();
        assertEquals(0, stored());
    }

    @Test
    void answersHeadWithoutABody() throws IOException {
        raw.write("HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertTrue(raw.readHead().startsWith("HTTP/1.1 405"));
        assertEquals(200, raw.read().status());
    }

    @Test
    void saysThatAPortIsTaken(@TempDir Path directory) {
        ServerConfig taken = TestServer.config().withPort(server.port());
        UncheckedIOException failure =
                assertThrows(UncheckedIOException.class, () -> VecinoServer.start(server.engine(), taken));
        assertTrue(String.valueOf(failure.getMessage()).contains(String.valueOf(server.port())));
    }
}
