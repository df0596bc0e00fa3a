package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Engine;
import io.vecino.model.CollectionConfig;
import io.vecino.model.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShutdownIT {
    private static final String BODY = "{\"points\":[{\"id\":1,\"vector\":[1,2]}]}";
    private static final String HEAD = "POST /v1/collections/c/points HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
            + BODY.length() + "\r\n\r\n";
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(30);

    private Engine engine;

    @BeforeEach
    void open(@TempDir Path directory) {
        engine = Engine.open(directory);
        engine.create("c", CollectionConfig.of(2, Metric.L2));
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private VecinoServer start(Duration drain) {
        Limits limits = new Limits(8, 8, 8, 8, 1 << 20, LONG, LONG, LONG, LONG, drain);
        return VecinoServer.start(engine, TestServer.config(), limits);
    }

    @Test
    void finishesARequestInFlightAndTakesNoOther() throws Exception {
        VecinoServer server = start(LONG);
        try (RawConnection busy = new RawConnection(server.address());
                RawConnection idle = new RawConnection(server.address())) {
            assertEquals(200, idle.request("GET", "/healthz", "").read().status());
            busy.write(HEAD + BODY.substring(0, 5));
            TestServer.await(() -> server.admission().heldBytes() == 5);
            Thread closing = Thread.ofVirtual().start(server::close);
            TestServer.await(server.admission()::draining);
            assertTrue(idle.closed());
            assertThrows(IOException.class, () -> new RawConnection(server.address()));
            assertTrue(closing.isAlive());
            RawConnection.Answer answer = busy.write(BODY.substring(5)).read();
            assertEquals(200, answer.status());
            assertEquals("close", answer.header("Connection"));
            assertTrue(busy.closed());
            busy.hangUp();
            closing.join();
        }
        assertEquals(1, engine.collection("c").info().points());
    }

    @Test
    void doesNotWaitForeverForARequestInFlight() throws IOException {
        VecinoServer server = start(SHORT);
        try (RawConnection stuck = new RawConnection(server.address())) {
            stuck.write(HEAD + BODY.substring(0, 5));
            TestServer.await(() -> server.admission().heldBytes() == 5);
            server.close();
            assertTrue(stuck.closed());
        }
        assertEquals(0, engine.collection("c").info().points());
    }

    @Test
    void leavesTheEngineOpenAndThePortFree() {
        VecinoServer first = start(LONG);
        int port = first.address().getPort();
        first.close();
        first.close();
        try (VecinoServer second =
                VecinoServer.start(engine, TestServer.config().withPort(port))) {
            assertEquals(port, second.address().getPort());
        }
        assertEquals(1, engine.collections().size());
    }
}
