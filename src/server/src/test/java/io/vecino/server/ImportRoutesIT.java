package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.PointId;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImportRoutesIT {
    private static final String IMPORT = "/v1/collections/c/points:import";

    @TempDir
    private Path directory = Path.of("");

    private TestServer server;

    @BeforeEach
    void start() {
        server = new TestServer(directory).withCollection(2);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private TestServer.Answer send(String query, byte[] body, long offset, boolean last) {
        return server.send(HttpRequest.newBuilder(server.uri(IMPORT + query))
                .header("Upload-Offset", String.valueOf(offset))
                .header("Upload-Complete", last ? "?1" : "?0")
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    private static byte[] fvecs(int rows) {
        ByteBuffer bytes = ByteBuffer.allocate(rows * 12).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < rows; i++) {
            bytes.putInt(2).putFloat(i).putFloat(1);
        }
        return bytes.array();
    }

    private float[] vector(long id) {
        return server.engine().collection("c").get(PointId.of(id)).orElseThrow().vector();
    }

    @Test
    void takesAWholeFileInOneRequest() {
        TestServer.Answer answer = send("?format=fvecs&first_id=100", fvecs(3_000), 0, true);
        answer.expect(200);
        assertEquals(3_000, answer.at("/stored").asInt());
        assertArrayEquals(new float[] {2_999, 1}, vector(3_099));
    }

    @Test
    void takesAFileInPartsAndSaysHowFarItIs() {
        byte[] bytes = fvecs(1_000);
        byte[] first = Arrays.copyOf(bytes, 5_005);
        byte[] second = Arrays.copyOfRange(bytes, 5_005, bytes.length);
        send("?format=fvecs&upload=u", first, 0, false).expect(200);
        assertEquals(5_005, server.get(IMPORT + "?upload=u").at("/offset").asInt());
        assertEquals(417, server.engine().collection("c").count());
        TestServer.Answer late = send("?format=fvecs&upload=u", second, 4_000, true);
        late.expect(409);
        assertTrue(late.json().toString().contains("expected 5005"), late.json()::toString);
        TestServer.Answer done = send("?format=fvecs&upload=u", second, 5_005, true);
        done.expect(200);
        assertEquals(1_000, done.at("/stored").asInt());
        assertEquals(1_000, server.engine().collection("c").count());
        assertArrayEquals(new float[] {999, 1}, vector(999));
        server.get(IMPORT + "?upload=u").expect(404);
        send("?format=fvecs&upload=u", second, 5_005, true).expect(409);
    }

    @Test
    void listsRejectedRowsByTheirNumberInTheFile() {
        String lines =
                "{\"id\":1,\"vector\":[1,2]}\n{\"id\":2,\"vector\":[1]}\n{\"id\":3,\"vector\":[3,2],\"title\":\"x\"}";
        byte[] bytes = lines.getBytes(StandardCharsets.UTF_8);
        TestServer.Answer refused = send("?format=jsonl", bytes, 0, true);
        refused.expect(400);
        assertTrue(refused.json().toString().contains("row 1"), refused.json()::toString);
        send("?format=jsonl&upload=u&skip_bad=true", Arrays.copyOf(bytes, 30), 0, false)
                .expect(200);
        TestServer.Answer done = send(
                "?format=jsonl&upload=u&skip_bad=true&payload_columns=title",
                Arrays.copyOfRange(bytes, 30, bytes.length),
                30,
                true);
        done.expect(200);
        assertEquals(2, done.at("/stored").asInt());
        assertEquals(1, done.at("/reasons/0/row").asInt());
        assertArrayEquals(new float[] {3, 2}, vector(3));
    }

    @Test
    void refusesWhatCannotBeStreamed() {
        send("?format=parquet", new byte[10], 0, true)
                .expectInvalid("format", "format: expected one that can be streamed, got parquet");
        send("?format=fvecs", new byte[10], 5, true)
                .expectInvalid("upload", "upload: expected a name for what comes in parts, got nothing");
        send("", new byte[10], 0, true).expect(400);
    }
}
