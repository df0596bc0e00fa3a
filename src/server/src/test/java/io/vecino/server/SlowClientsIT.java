package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thousand clients that never finish their request. */
final class SlowClientsIT {
    private static final int SLOW = 1_000;
    private static final int ROUNDS = 20;
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofMillis(300);

    private static List<RawConnection> slow(TestServer server, String beginning) throws IOException {
        List<RawConnection> slow = new ArrayList<>();
        for (int i = 0; i < SLOW; i++) {
            slow.add(server.connect().write(beginning));
        }
        return slow;
    }

    private static void close(List<RawConnection> connections) throws IOException {
        for (RawConnection one : connections) {
            one.close();
        }
    }

    @Test
    void areNoHindranceToOthers(@TempDir Path directory) throws IOException {
        Limits patient = new Limits(4_096, 8, 64, 64, 1 << 20, LONG, LONG, LONG, LONG, LONG);
        try (TestServer server =
                new TestServer(directory, TestServer.config(1 << 20, LONG), patient).withCollection(2)) {
            List<RawConnection> heads = slow(server, "POST /v1/collections/c/points HTTP/1.1\r\nHost: loc");
            List<RawConnection> bodies = slow(
                    server,
                    "POST /v1/collections/c/points HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n{\"poi");
            TestServer.await(() -> server.server().admission().connections() >= 2 * SLOW);
            for (int id = 0; id < ROUNDS; id++) {
                for (RawConnection one : heads.subList(id, id + 10)) {
                    one.write("a");
                }
                for (RawConnection one : bodies.subList(id, id + 10)) {
                    one.write("n");
                }
                server.post("/v1/collections/c/points", "{'points':[{'id':" + id + ",'vector':[1,2]}]}")
                        .expect(200);
                server.post("/v1/collections/c:search", "{'vector':[1,2],'k':1}")
                        .expect(200);
            }
            assertEquals(ROUNDS, server.engine().collection("c").count());
            close(heads);
            close(bodies);
        }
    }

    @Test
    void areCutOffWhenTheirHeadTakesTooLong(@TempDir Path directory) throws IOException {
        Limits limits = new Limits(4_096, 8, 64, 64, 1 << 20, SHORT, LONG, LONG, LONG, LONG);
        try (TestServer server = new TestServer(directory, TestServer.config(), limits)) {
            List<RawConnection> heads = slow(server, "GET /healthz HTTP/1.1\r\nHost: loc");
            for (RawConnection one : heads) {
                assertTrue(one.closed());
            }
            assertEquals(
                    200,
                    server.send(HttpRequest.newBuilder(server.uri("/healthz")).build())
                            .status());
            TestServer.await(() -> server.server().admission().connections() <= 1);
            close(heads);
        }
    }
}
