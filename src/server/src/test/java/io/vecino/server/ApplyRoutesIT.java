package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ApplyRoutesIT {
    private TestServer server;

    @BeforeEach
    void start(@TempDir Path directory) {
        server = new TestServer(directory).withCollection(4);
        String points = IntStream.range(0, 300)
                .mapToObj(i -> "{'id':" + i + ",'vector':[" + i + "," + i % 7 + "," + i % 11 + ",1]}")
                .collect(Collectors.joining(","));
        server.post("/v1/collections/c/points", "{'points':[" + points + "]}").expect(200);
        ended(server.post("/v1/collections/c:optimize", ""));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private TestServer.Answer ended(TestServer.Answer started) {
        String job = "/v1/jobs/" + started.expect(202).at("/id").asString();
        TestServer.await(() -> !server.get(job).at("/state").asString().equals("running"));
        TestServer.Answer ended = server.get(job);
        assertEquals("succeeded", ended.at("/state").asString(), ended.json()::toString);
        return ended;
    }

    private String nearest() {
        return server.post("/v1/collections/c:search", "{'vector':[150,3,7,1],'k':1}")
                .expect(200)
                .at("/result/0/id")
                .toString();
    }

    @Test
    void changesPipelineAndIndexAndGoesBack() {
        assertEquals("150", nearest());
        TestServer.Answer applied = ended(server.post("/v1/collections/c:apply", "{'pipeline':'pca:2/int8'}"));
        assertEquals("pca:2/int8", applied.at("/result/pipeline").asString());
        assertEquals("150", nearest());
        applied = ended(server.post("/v1/collections/c:apply", "{'pipeline':'none/f16','index':'graph:fast'}"));
        assertEquals("graph:fast", applied.at("/result/index").asString());
        assertEquals("150", nearest());
        TestServer.Answer undone = ended(server.post("/v1/collections/c:undo", ""));
        assertEquals("pca:2/int8", undone.at("/result/pipeline").asString());
        assertEquals("flat", server.get("/v1/collections/c").at("/index").asString());
        assertEquals("150", nearest());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "/v1/collections/c:apply|{}|400",
                "/v1/collections/c:apply|{'pipeline':'pca:5/int8'}|400",
                "/v1/collections/c:apply|{'index':'tree'}|400",
                "/v1/collections/c:apply|{'pipeline':'none/int8','index':'graph'}|400",
                "/v1/collections/c:apply|{'dimension':4}|400",
                "/v1/collections/none:apply|{'pipeline':'none/int8'}|404",
                "/v1/collections/none:undo||404",
                "/v1/collections/c:undo||409"
            })
    void refusesWhatCannotBe(String target, String body, int status) {
        server.post(target, body == null ? "" : body).expect(status);
        assertEquals("none/f16", server.get("/v1/collections/c").at("/pipeline").asString());
    }
}
