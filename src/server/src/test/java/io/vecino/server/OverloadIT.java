package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.EngineCollection;
import io.vecino.model.CollectionConfig;
import io.vecino.model.Metric;
import io.vecino.model.Payload;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More than the server takes on, and clients that take their time. */
final class OverloadIT {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String PARTIAL =
            "POST /v1/collections/c/points HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{";

    private static final int POINTS = 10_000;
    private static final int DIMENSION = 128;

    @TempDir
    private Path directory;

    private static Limits limits(int connections, int requests, long bodyBytes) {
        return new Limits(connections, 8, requests, 8, bodyBytes, LONG, LONG, LONG, LONG, LONG);
    }

    private TestServer server(Limits limits) {
        return new TestServer(directory, TestServer.config(), limits);
    }

    private TestServer server(Duration deadline, Limits limits) {
        return new TestServer(directory, TestServer.config(32 << 20, deadline), limits);
    }

    private static void expectUnavailable(RawConnection.Answer answer) {
        assertEquals(503, answer.status());
        assertEquals("1", answer.header("Retry-After"));
        assertEquals(
                "unavailable",
                TestServer.JSON.readTree(answer.body()).at("/error/code").asString());
    }

    @Test
    void refusesConnectionsBeyondTheLimitAndThenAcceptsThemAgain() throws IOException {
        try (TestServer server = server(limits(2, 8, 1 << 20));
                RawConnection first = server.connect();
                RawConnection second = server.connect()) {
            assertEquals(200, first.request("GET", "/healthz", "").read().status());
            assertEquals(200, second.request("GET", "/healthz", "").read().status());
            try (RawConnection third = server.connect()) {
                expectUnavailable(third.read());
                assertTrue(third.closed());
            }
            assertEquals(200, first.request("GET", "/healthz", "").read().status());
            first.hangUp();
            TestServer.await(() -> {
                try (RawConnection again = server.connect()) {
                    return again.request("GET", "/healthz", "").read().status() == 200;
                } catch (IOException _) {
                    return false;
                }
            });
        }
    }

    @Test
    void dropsConnectionsFarBeyondTheLimit() throws IOException {
        List<RawConnection> open = new ArrayList<>();
        try (TestServer server = server(limits(2, 8, 1 << 20))) {
            for (int i = 0; i < 4; i++) {
                open.add(server.connect().request("GET", "/healthz", ""));
                assertEquals(i < 2 ? 200 : 503, open.get(i).read().status());
            }
            try (RawConnection last = server.connect()) {
                assertTrue(last.closed());
            }
            for (RawConnection one : open) {
                one.close();
            }
        }
    }

    @Test
    void refusesWorkBeyondTheLimitButStillReportsItsHealth() throws IOException {
        try (TestServer server = server(limits(8, 0, 1 << 20));
                RawConnection raw = server.connect()) {
            expectUnavailable(raw.request("GET", "/v1/collections", "").read());
            assertEquals(200, raw.request("GET", "/healthz", "").read().status());
            assertEquals(200, raw.request("GET", "/readyz", "").read().status());
        }
    }

    @Test
    void refusesBodiesThatTogetherAreTooLong() throws IOException {
        try (TestServer server = server(limits(8, 8, 1_000)).withCollection(2);
                RawConnection raw = server.connect();
                RawConnection other = server.connect()) {
            other.write(PARTIAL);
            TestServer.await(() -> server.heldBytes() > 0);
            raw.request("POST", "/v1/collections/c/points", " ".repeat(1_000));
            expectUnavailable(raw.read());
            assertTrue(raw.closed());
            other.write(" ".repeat(99));
            assertEquals(400, other.read().status());
        }
    }

    @Test
    void givesUpOnABodyThatDoesNotArrive() throws IOException {
        try (TestServer server = server(SHORT, Limits.DEFAULT);
                RawConnection raw = server.connect()) {
            RawConnection.Answer answer = raw.write(PARTIAL).read();
            assertEquals(408, answer.status());
            assertEquals(
                    "deadline_exceeded",
                    TestServer.JSON.readTree(answer.body()).at("/error/code").asString());
            assertTrue(raw.closed());
        }
    }

    @Test
    void closesConnectionsOnWhichNoRequestArrives() throws IOException {
        Limits impatient = new Limits(8, 8, 8, 8, 1 << 20, LONG, SHORT, LONG, LONG, LONG);
        try (TestServer server = server(impatient);
                RawConnection silent = server.connect();
                RawConnection slow = server.connect();
                RawConnection idle = server.connect()) {
            slow.write("GET /healthz HTTP/1.1\r\nHos");
            assertEquals(200, idle.request("GET", "/healthz", "").read().status());
            assertTrue(silent.closed());
            assertTrue(slow.closed());
            assertTrue(idle.closed());
        }
    }

    /** Points and queries of all zeros, which are as much work as others. */
    private static TestServer filled(TestServer server) {
        List<Point> points = IntStream.range(0, POINTS)
                .mapToObj(i -> new Point(PointId.of(i), new float[DIMENSION], Payload.EMPTY))
                .toList();
        EngineCollection collection = server.engine().create("c", CollectionConfig.of(DIMENSION, Metric.L2));
        collection.upsert(points);
        return server;
    }

    private static String searches(int count, String more) {
        String zeros = Base64.getEncoder().encodeToString(new byte[DIMENSION * Float.BYTES]);
        String one = "{'vector':'" + zeros + "'," + more + "}";
        return "{'searches':[" + (one + ",").repeat(count - 1) + one + "]}";
    }

    @Test
    void answersInTimeThatItIsLate() throws IOException {
        try (TestServer server = filled(server(Duration.ofMillis(500), Limits.DEFAULT));
                RawConnection raw = server.connect()) {
            raw.request("POST", "/v1/collections/c:search-batch", searches(10_000, "'k':100"));
            expectUnavailable(raw.read());
        }
    }

    @Test
    void givesUpOnAClientThatDoesNotReadItsAnswer() throws IOException {
        Limits impatient = new Limits(8, 8, 8, 8, 64 << 20, LONG, LONG, SHORT, SHORT, LONG);
        try (TestServer server = filled(server(LONG, impatient));
                RawConnection raw = server.connect()) {
            raw.request("POST", "/v1/collections/c:search-batch", searches(20, "'k':5000,'with_vector':true"));
            TestServer.await(() -> server.server().admission().runningRequests() == 1);
            server.assertAtRest();
            long read = raw.drain();
            assertTrue(read < 20_000_000, "read " + read + " of some 50 MB");
        }
    }

    @Test
    void doesNotReadAheadOfItsAnswers() throws IOException {
        try (TestServer server = server(LONG, Limits.DEFAULT);
                RawConnection raw = server.connect()) {
            byte[] requests = "GET /openapi.yaml HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    .repeat(100)
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            Thread writer = Thread.ofVirtual().start(() -> raw.writeUntilRefused(requests, 10_000));
            assertEquals(200, raw.read().status());
            assertEquals(200, server.get("/healthz").status());
            raw.hangUp();
            TestServer.await(() -> !writer.isAlive());
        }
    }
}
