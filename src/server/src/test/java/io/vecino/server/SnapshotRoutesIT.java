package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SnapshotRoutesIT {
    private static final String SNAPSHOTS = "/v1/collections/c/snapshots";

    @TempDir
    private Path directory = Path.of("");

    private TestServer server;

    @BeforeEach
    void start() {
        server = new TestServer(directory).withCollection(2);
        server.post("/v1/collections/c/points", "{'points':[{'id':1,'vector':[1,2]}]}")
                .expect(200);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private TestServer.Answer ended(TestServer.Answer started) {
        String job = "/v1/jobs/" + started.expect(202).at("/id").asString();
        TestServer.await(() -> !server.get(job).at("/state").asString().equals("running"));
        return server.get(job);
    }

    @Test
    void takesListsRestoresAndRemovesSnapshots() {
        TestServer.Answer first = ended(server.post(SNAPSHOTS, "{'name':'first'}"));
        assertEquals("succeeded", first.at("/state").asString(), first.json()::toString);
        assertEquals(1, first.at("/result/points").asInt());
        server.post("/v1/collections/c/points", "{'points':[{'id':2,'vector':[3,4]}]}")
                .expect(200);
        TestServer.Answer second = ended(server.post(SNAPSHOTS, ""));
        assertEquals(
                List.of("first", second.at("/result/name").asString()),
                server.get(SNAPSHOTS)
                        .expect(200)
                        .at("/snapshots")
                        .valueStream()
                        .map(snapshot -> snapshot.required("name").asString())
                        .toList());

        TestServer.Answer copied = ended(server.post(SNAPSHOTS + "/first:restore", "{'collection':'copy'}"));
        assertEquals("copy", copied.at("/result/name").asString(), copied.json()::toString);
        assertEquals(1, server.get("/v1/collections/copy").at("/points").asInt());
        server.post(SNAPSHOTS + "/first:restore", "").expect(409);
        ended(server.post(SNAPSHOTS + "/first:restore", "{'replace':true}"));
        assertEquals(1, server.get("/v1/collections/c").at("/points").asInt());

        server.delete("/v1/collections/c").expect(204);
        ended(server.post(SNAPSHOTS + "/" + second.at("/result/name").asString() + ":restore", "{}"));
        assertEquals(2, server.get("/v1/collections/c").at("/points").asInt());
        server.delete(SNAPSHOTS + "/first").expect(204);
        server.delete(SNAPSHOTS + "/first").expect(404);
        assertEquals(1, server.get(SNAPSHOTS).at("/snapshots").size());
    }

    @Test
    void saysWhichFileOfASnapshotIsDamaged() throws IOException {
        ended(server.post(SNAPSHOTS, "{'name':'bad'}"));
        Path file = directory.resolve("snapshots/c/bad/rocksdb/CURRENT");
        Files.delete(file);
        Files.writeString(file, "MANIFEST-0000");
        TestServer.Answer failed = ended(server.post(SNAPSHOTS + "/bad:restore", "{'collection':'new'}"));
        assertEquals("failed", failed.at("/state").asString());
        assertEquals("invalid_argument", failed.at("/error/code").asString());
        assertTrue(failed.at("/error/message").asString().contains("bad/rocksdb/CURRENT"), failed.json()::toString);
        assertEquals(List.of("c"), server.engine().collections());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "POST|/v1/collections/none/snapshots||404",
                "GET|/v1/collections/none/snapshots||404",
                "POST|/v1/collections/c/snapshots|{'name':'../x'}|400",
                "POST|/v1/collections/c/snapshots|{'to':'/tmp'}|400",
                "GET|/v1/collections/..%2F..%2Fc/snapshots||400",
                "POST|/v1/collections/c/snapshots/none:restore||404",
                "POST|/v1/collections/c/snapshots/..%2Fx:restore||400",
                "DELETE|/v1/collections/c/snapshots/%2E%2E||400",
                "DELETE|/v1/collections/c/snapshots/.part||400"
            })
    void refusesWhatIsNotThereAndWhatIsNoName(String method, String target, String body, int status) {
        server.call(method, target, body == null ? "" : body).expect(status);
    }
}
