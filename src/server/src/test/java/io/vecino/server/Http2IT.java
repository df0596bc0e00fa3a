package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.server.auth.ApiKey;
import io.vecino.server.auth.ApiKeys;
import io.vecino.server.auth.Scope;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class Http2IT {
    private static final int SETTINGS = 4;
    private static final int HEADERS = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final String SEARCH = "{\"vector\":[1,2],\"k\":1}";

    @TempDir
    private Path directory = Path.of(".");

    private static HttpResponse<String> send(HttpClient client, HttpRequest request) throws Exception {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void upgradesPlainTextForWhoAsks() throws Exception {
        try (TestServer server = new TestServer(directory).withCollection(2);
                HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest get =
                    HttpRequest.newBuilder(server.uri("/v1/collections")).build();
            HttpResponse<String> first = send(client, get);
            assertEquals(200, first.statusCode());
            assertEquals(HttpClient.Version.HTTP_2, first.version());
            assertTrue(first.headers().firstValue("x-request-id").isPresent());
            HttpRequest search = HttpRequest.newBuilder(server.uri("/v1/collections/c:search"))
                    .POST(HttpRequest.BodyPublishers.ofString(SEARCH))
                    .build();
            List<CompletableFuture<HttpResponse<String>>> running = IntStream.range(0, 100)
                    .mapToObj(_ -> client.sendAsync(search, HttpResponse.BodyHandlers.ofString()))
                    .toList();
            for (CompletableFuture<HttpResponse<String>> one : running) {
                assertEquals(200, one.get().statusCode());
                assertEquals(HttpClient.Version.HTTP_2, one.get().version());
            }
        }
    }

    @Test
    void staysWithHttp1ForAFirstRequestWithABody() throws Exception {
        try (TestServer server = new TestServer(directory).withCollection(2);
                HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = send(
                    client,
                    HttpRequest.newBuilder(server.uri("/v1/collections/c:search"))
                            .POST(HttpRequest.BodyPublishers.ofString(SEARCH))
                            .build());
            assertEquals(200, answer.statusCode());
            assertEquals(HttpClient.Version.HTTP_1_1, answer.version());
        }
    }

    @Test
    void negotiatesHttp2OverTls(@TempDir Path files) throws Exception {
        Certificates certificates = new Certificates(files);
        ServerConfig config = TestServer.config().withTls(certificates.settings(false));
        try (TestServer server = new TestServer(directory, config, Limits.DEFAULT);
                HttpClient client = HttpClient.newBuilder()
                        .sslContext(certificates.trusting(false))
                        .build()) {
            URI base = URI.create("https://localhost:" + server.port());
            HttpRequest create = HttpRequest.newBuilder(base.resolve("/v1/collections/c"))
                    .PUT(HttpRequest.BodyPublishers.ofString("{\"dimension\":4096,\"metric\":\"l2\"}"))
                    .build();
            HttpResponse<String> answer = send(client, create);
            assertEquals(201, answer.statusCode());
            assertEquals(HttpClient.Version.HTTP_2, answer.version());
            String vector = Base64.getEncoder().encodeToString(new byte[4_096 * 4]);
            String points = String.join(
                    ",",
                    IntStream.range(0, 200)
                            .mapToObj(id -> "{\"id\":" + id + ",\"vector\":\"" + vector + "\"}")
                            .toList());
            HttpRequest upsert = HttpRequest.newBuilder(base.resolve("/v1/collections/c/points"))
                    .POST(HttpRequest.BodyPublishers.ofString("{\"points\":[" + points + "]}"))
                    .build();
            assertEquals(200, send(client, upsert).statusCode());
            HttpRequest scroll = HttpRequest.newBuilder(base.resolve("/v1/collections/c/points:scroll"))
                    .POST(HttpRequest.BodyPublishers.ofString("{\"limit\":200,\"with_vector\":true}"))
                    .build();
            HttpResponse<String> page = send(client, scroll);
            assertEquals(200, page.statusCode());
            assertEquals(
                    200,
                    TestServer.JSON.readTree(page.body()).required("points").size());
        }
    }

    private record Frame(int type, ByteBuffer payload) {}

    private static void write(OutputStream out, int type, int flags, int stream, byte[] payload) throws IOException {
        out.write(new byte[] {
            0, (byte) (payload.length >> 8), (byte) payload.length, (byte) type, (byte) flags, 0, 0, 0, (byte) stream
        });
        out.write(payload);
    }

    private static Frame read(DataInputStream in) throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int _ = in.readUnsignedByte();
        int _ = in.readInt();
        return new Frame(type, ByteBuffer.wrap(in.readNBytes(length)));
    }

    /** Indexed :scheme http, then literals without indexing by index of the name. */
    private static byte[] head(String method, String path) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0x86);
        for (String[] field : new String[][] {{"2", method}, {"4", path}, {"1", "localhost"}}) {
            byte[] value = field[1].getBytes(StandardCharsets.US_ASCII);
            out.write(Integer.parseInt(field[0]));
            out.write(value.length);
            out.writeBytes(value);
        }
        return out.toByteArray();
    }

    private static Frame answer(TestServer server, String method, String path, int flags) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(server.server().address());
            socket.setSoTimeout(30_000);
            OutputStream out = socket.getOutputStream();
            out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            write(out, SETTINGS, 0, 0, new byte[0]);
            write(out, HEADERS, flags, 1, head(method, path));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            Frame frame = read(in);
            while (frame.type != HEADERS) {
                frame = read(in);
            }
            return frame;
        }
    }

    @Test
    void knowsClientsThatBeginWithHttp2() throws IOException {
        try (TestServer server = new TestServer(directory)) {
            Frame head = answer(server, "GET", "/healthz", END_STREAM | END_HEADERS);
            assertEquals(0x88, head.payload.get(0) & 0xff, "indexed :status 200");
        }
    }

    @Test
    void asksForAKeyBeforeTheBodyIsSent() throws IOException {
        ApiKeys keys = ApiKeys.of(List.of(ApiKey.of("one", Scope.ADMIN, Set.of(), ApiKey.newSecret())));
        try (TestServer server = new TestServer(directory, TestServer.config().withKeys(keys), Limits.DEFAULT)) {
            Frame head = answer(server, "POST", "/v1/collections/c/points", END_HEADERS);
            assertTrue(
                    StandardCharsets.ISO_8859_1.decode(head.payload).toString().contains("401"));
            assertEquals(0, server.heldBytes());
        }
    }

    @Test
    void letsStreamsFinishWhenItStops() throws Exception {
        TestServer server = new TestServer(directory).withCollection(2);
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest get = HttpRequest.newBuilder(server.uri("/healthz")).build();
            assertEquals(HttpClient.Version.HTTP_2, send(client, get).version());
            long start = System.nanoTime();
            server.close();
            assertTrue(System.nanoTime() - start < Limits.DEFAULT.drain().toNanos(), "idle connections end at once");
        }
    }
}
