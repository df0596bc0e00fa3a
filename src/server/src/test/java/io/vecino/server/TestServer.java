package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Engine;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** A server on a free loopback port over an engine in a directory, and a client that checks every answer's form. */
final class TestServer implements AutoCloseable {
    static final JsonMapper JSON = new JsonMapper();
    private static final OpenApi DESCRIPTION = new OpenApi();

    private final Engine engine;
    private final VecinoServer server;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** An answer; {@code json} is missing if there was no body. */
    record Answer(int status, JsonNode json, HttpResponse<byte[]> http) {
        /** The value at a JSON pointer. */
        JsonNode at(String pointer) {
            return json.at(pointer);
        }

        String message() {
            return at("/error/message").asString();
        }

        Answer expect(int expected) {
            assertEquals(expected, status, json::toString);
            return this;
        }

        /** Checks a refusal of one field. */
        void expectInvalid(String field, String message) {
            expect(400);
            assertEquals("invalid_argument", at("/error/code").asString());
            assertEquals(message, message());
            assertEquals(field, at("/error/details/field").asString());
        }
    }

    TestServer(Path directory) {
        this(directory, config(), Limits.DEFAULT);
    }

    TestServer(Path directory, ServerConfig config, Limits limits) {
        engine = Engine.open(directory);
        server = VecinoServer.start(engine, config, limits);
    }

    static ServerConfig config() {
        return ServerConfig.defaults().withPort(0);
    }

    static ServerConfig config(int maxBodyBytes, Duration requestDeadline) {
        return config().withMaxBodyBytes(maxBodyBytes).withRequestDeadline(requestDeadline);
    }

    Engine engine() {
        return engine;
    }

    VecinoServer server() {
        return server;
    }

    int port() {
        return server.address().getPort();
    }

    URI uri(String target) {
        return URI.create("http://127.0.0.1:" + port() + target);
    }

    RawConnection connect() throws IOException {
        return new RawConnection(server.address());
    }

    Answer get(String target) {
        return call("GET", target, "");
    }

    Answer delete(String target) {
        return call("DELETE", target, "");
    }

    Answer put(String target, String body) {
        return call("PUT", target, body);
    }

    Answer post(String target, String body) {
        return call("POST", target, body);
    }

    /** Calls, checks the answer against the description. Single quotes in the body stand for double ones. */
    Answer call(String method, String target, String body) {
        String json = body.replace('\'', '"');
        HttpRequest request = HttpRequest.newBuilder(uri(target))
                .method(
                        method,
                        json.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(json))
                .build();
        Answer answer = send(request);
        DESCRIPTION.check(
                method,
                target,
                answer.status() < 300 && !json.isEmpty() ? JSON.readTree(json) : MissingNode.getInstance(),
                answer.status(),
                answer.json());
        return answer;
    }

    Answer send(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            assertTrue(response.headers().firstValue("X-Request-Id").isPresent());
            boolean json = response.headers()
                    .firstValue("Content-Type")
                    .filter("application/json"::equals)
                    .isPresent();
            JsonNode node = json ? JSON.readTree(response.body()) : MissingNode.getInstance();
            assertFalse(
                    !json && response.statusCode() >= 400, () -> new String(response.body(), StandardCharsets.UTF_8));
            return new Answer(response.statusCode(), node, response);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A collection {@code c} of a dimension, metric l2. */
    TestServer withCollection(int dimension) {
        put("/v1/collections/c", "{'dimension':" + dimension + ",'metric':'l2'}")
                .expect(201);
        return this;
    }

    /** Bytes of bodies that the server holds now. */
    long heldBytes() {
        return server.admission().heldBytes();
    }

    /** Waits until something that the server does of its own accord has happened. */
    static void await(BooleanSupplier condition) {
        assertTimeoutPreemptively(Duration.ofMinutes(2), () -> {
            while (!condition.getAsBoolean()) {
                Thread.onSpinWait();
            }
        });
    }

    /** Nothing of what requests held may be left. */
    void assertAtRest() {
        await(() -> server.admission().heldBytes() == 0 && server.admission().runningRequests() == 0);
    }

    @Override
    public void close() {
        assertAtRest();
        client.close();
        server.close();
        engine.close();
    }
}
