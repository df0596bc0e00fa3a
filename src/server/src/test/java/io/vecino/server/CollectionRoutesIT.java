package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CollectionRoutesIT {
    private TestServer server;

    @BeforeEach
    void start(@TempDir Path directory) {
        server = new TestServer(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void createsShowsListsAndDeletesACollection() {
        String settings = "{'dimension':8,'metric':'cosine','pipeline':'pca:4/int8','index':'flat','durability':'wal'}";
        TestServer.Answer created = server.put("/v1/collections/docs", settings).expect(201);
        assertEquals("docs", created.at("/name").asString());
        assertEquals(8, created.at("/dimension").asInt());
        assertEquals("cosine", created.at("/metric").asString());
        assertEquals("pca:4/int8", created.at("/pipeline").asString());
        assertEquals("flat", created.at("/index").asString());
        assertEquals("wal", created.at("/durability").asString());
        assertEquals(0, created.at("/points").asInt());
        assertEquals(
                created.json(), server.get("/v1/collections/docs").expect(200).json());

        server.put("/v1/collections/a", "{'dimension':1,'metric':'l2'}").expect(201);
        server.post("/v1/collections/a/points", "{'points':[{'id':1,'vector':[1]}]}")
                .expect(200);
        assertEquals(
                TestServer.JSON.readTree(
                        "{\"collections\":[{\"name\":\"a\",\"points\":1},{\"name\":\"docs\",\"points\":0}]}"),
                server.get("/v1/collections").expect(200).json());

        server.delete("/v1/collections/docs").expect(204);
        server.get("/v1/collections/docs").expect(404);
        assertEquals(List.of("a"), server.engine().collections());
    }

    @Test
    void usesTheDefaultsForWhatIsNotGiven() {
        TestServer.Answer created =
                server.put("/v1/collections/c", "{'metric':'ip','dimension':3}").expect(201);
        assertEquals("none/f16", created.at("/pipeline").asString());
        assertEquals("graph:fast", created.at("/index").asString());
        assertEquals("fsync", created.at("/durability").asString());
        assertTrue(created.at("/reduced_score").isNull());
        assertTrue(created.at("/reduction").isNull());
        assertEquals(0, created.at("/spectrum").size());
    }

    @Test
    void refusesANameThatIsTaken() {
        server.withCollection(3);
        TestServer.Answer answer =
                server.put("/v1/collections/c", "{'metric':'ip','dimension':3}").expect(409);
        assertEquals("conflict", answer.at("/error/code").asString());
        assertEquals("l2", server.get("/v1/collections/c").at("/metric").asString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.b", "a%3Ab", "%20", "caf%C3%A9"})
    void refusesNamesThatAreNoNames(String name) {
        TestServer.Answer answer = server.put("/v1/collections/" + name, "{'metric':'ip','dimension':3}")
                .expect(400);
        assertEquals("name", answer.at("/error/details/field").asString());
        assertEquals(List.of(), server.engine().collections());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'metric':'ip','dimension':8,'pipeline':'pca:9/f32'}|pipeline",
                "{'metric':'ip','dimension':8,'pipeline':'magic/f32'}|pipeline",
                "{'metric':'ip','dimension':8,'index':'tree'}|index",
                "{'metric':'ip','dimension':8193}|dimension",
                "{'metric':'ip'}|dimension",
                "{'metric':'ip','dimension':8,'payload_indexes':[]}|payload_indexes",
                "|body"
            })
    void refusesSettingsThatItCannotHonour(String settings, String field) {
        TestServer.Answer answer = server.put("/v1/collections/c", settings == null ? "" : settings)
                .expect(400);
        assertEquals(field, answer.at("/error/details/field").asString());
        assertEquals(List.of(), server.engine().collections());
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/v1/collections/none",
        "DELETE,/v1/collections/none",
        "GET,/v1/collections/none/points/1",
        "POST,/v1/collections/none:optimize",
        "GET,/v1/jobs/none",
        "GET,/",
        "GET,/v1/collections/c/points",
        "GET,/v1/collections/c:search:again"
    })
    void saysWhatIsNotThere(String method, String target) {
        int expected = target.endsWith("/points") ? 405 : 404;
        TestServer.Answer answer = server.call(method, target, "").expect(expected);
        assertEquals(
                expected == 404 ? "not_found" : "method_not_allowed",
                answer.at("/error/code").asString());
    }

    @ParameterizedTest
    @CsvSource({
        "PATCH,/v1/collections/c,'DELETE, GET, PUT'",
        "POST,/v1/collections,GET",
        "GET,/v1/collections/c:search,POST",
        "PUT,/healthz,GET"
    })
    void namesTheMethodsThatAPathHas(String method, String target, String allow) {
        TestServer.Answer answer = server.call(method, target, "").expect(405);
        assertEquals(allow, answer.http().headers().firstValue("Allow").orElse(""));
    }

    @Test
    void refusesBodiesAndQueriesWhereNoneAreRead() {
        server.call("GET", "/v1/collections", "{}").expectInvalid("body", "body: expected no body, got 2 bytes");
        server.get("/v1/collections?limit=1")
                .expectInvalid("limit", "limit: expected no query parameters, got an unknown query parameter");
    }

    @Test
    void optimizesAsAJob() {
        server.put("/v1/collections/c", "{'metric':'l2','dimension':2,'pipeline':'none/f16'}")
                .expect(201);
        server.post("/v1/collections/c/points", "{'points':[{'id':1,'vector':[1,2]},{'id':2,'vector':[3,4]}]}")
                .expect(200);
        TestServer.Answer job = server.post("/v1/collections/c:optimize", "").expect(202);
        assertEquals("optimize", job.at("/kind").asString());
        String target = "/v1/jobs/" + job.at("/id").asString();
        TestServer.await(() -> !server.get(target).at("/state").asString().equals("running"));
        TestServer.Answer done = server.get(target).expect(200);
        assertEquals("succeeded", done.at("/state").asString());
        assertEquals(1, done.at("/progress").asInt());
        TestServer.Answer info = server.get("/v1/collections/c").expect(200);
        assertEquals(0, info.at("/unsealed_points").asInt());
        assertEquals(1, info.at("/segments").asInt());
        assertEquals(2, info.at("/points").asInt());
        server.post("/v1/collections/c:optimize", "{}").expect(202);
        server.post("/v1/collections/c:optimize", "{'force':true}")
                .expectInvalid("force", "force: expected a known field, got an unknown one");
    }

    @Test
    void showsWhyAJobFailed() {
        server.put("/v1/collections/c", "{'metric':'l2','dimension':4,'pipeline':'pca:4/f32'}")
                .expect(201);
        server.post("/v1/collections/c/points", "{'points':[{'id':1,'vector':[1,2,3,4]}]}")
                .expect(200);
        String target = "/v1/jobs/"
                + server.post("/v1/collections/c:optimize", "")
                        .expect(202)
                        .at("/id")
                        .asString();
        TestServer.await(() -> !server.get(target).at("/state").asString().equals("running"));
        TestServer.Answer done = server.get(target).expect(200);
        assertEquals("failed", done.at("/state").asString());
        assertEquals("invalid_argument", done.at("/error/code").asString());
    }

    @Test
    void reportsHealthUntilTheEngineIsGone(@TempDir Path other) {
        assertEquals("ok", server.get("/healthz").expect(200).at("/status").asString());
        assertEquals("ready", server.get("/readyz").expect(200).at("/status").asString());
        try (TestServer orphan = new TestServer(other)) {
            orphan.engine().close();
            orphan.get("/healthz").expect(200);
            TestServer.Answer answer = orphan.get("/readyz").expect(503);
            assertEquals("1", answer.http().headers().firstValue("Retry-After").orElse(""));
            orphan.get("/v1/collections").expect(503);
        }
    }

    @Test
    void answersUnderTheRequestsOwnId() {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri("/healthz"));
        assertEquals(
                "trace-7.a_B",
                server.send(request.copy().header("X-Request-Id", "trace-7.a_B").build())
                        .http()
                        .headers()
                        .firstValue("X-Request-Id")
                        .orElse(""));
        String own = server.send(
                        request.copy().header("X-Request-Id", "<script>").build())
                .http()
                .headers()
                .firstValue("X-Request-Id")
                .orElse("");
        assertTrue(own.matches("[0-9a-f]{1,16}"), own);
    }

    @Test
    void refusesWhatAForeignPageSends() {
        HttpRequest request = HttpRequest.newBuilder(server.uri("/v1/collections/c"))
                .header("Origin", "http://evil.example")
                .DELETE()
                .build();
        server.withCollection(3);
        assertEquals(
                "forbidden", server.send(request).expect(403).at("/error/code").asString());
        server.get("/v1/collections/c").expect(200);
    }
}
