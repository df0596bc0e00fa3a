package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Points 0 to 99 on a line: point i lies at (i, 0). */
final class SearchRoutesIT {
    private static final String SEARCH = "/v1/collections/c:search";
    private static final String BATCH = "/v1/collections/c:search-batch";
    private static final int POINTS = 100;

    private TestServer server;

    @BeforeEach
    void start(@TempDir Path directory) {
        server = new TestServer(directory).withCollection(2);
        String points = IntStream.range(0, POINTS)
                .mapToObj(i -> "{'id':" + i + ",'vector':[" + i + ",0],'payload':{'at':" + i + "}}")
                .collect(Collectors.joining(","));
        server.post("/v1/collections/c/points", "{'points':[" + points + "]}").expect(200);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static List<Integer> ids(JsonNode hits) {
        return hits.valueStream().map(hit -> hit.get("id").asInt()).toList();
    }

    @Test
    void findsTheNearestBestFirst() {
        TestServer.Answer answer =
                server.post(SEARCH, "{'vector':[41.8,0],'k':3}").expect(200);
        assertEquals(List.of(42, 41, 43), ids(answer.at("/result")));
        assertEquals(0.2f, answer.at("/result/0/score").asDouble(), 1e-5);
        assertTrue(answer.at("/time_us").asLong() >= 0);
        assertTrue(!answer.at("/result/0").has("payload")
                && !answer.at("/result/0").has("vector"));
    }

    @Test
    void addsWhatIsAskedFor() {
        TestServer.Answer answer = server.post(
                        SEARCH,
                        "{'vector':[7,0],'k':1,'with_payload':true,'with_vector':true,"
                                + "'params':{'efSearch':10,'nprobe':2,'oversample':2.5,'exact':true}}")
                .expect(200);
        assertEquals(
                TestServer.JSON.readTree("[{\"id\":7,\"score\":0.0,\"payload\":{\"at\":7},\"vector\":[7.0,0.0]}]"),
                answer.at("/result"));
    }

    @Test
    void answersABatchInTheOrderOfItsSearches() {
        String searches = IntStream.range(0, 1_000)
                .mapToObj(i -> "{'vector':[" + i % POINTS + ",0.1],'k':1,'with_payload':" + (i % 2 == 0) + "}")
                .collect(Collectors.joining(","));
        JsonNode results = server.post(BATCH, "{'searches':[" + searches + "]}")
                .expect(200)
                .at("/results");
        assertEquals(1_000, results.size());
        for (int i = 0; i < results.size(); i++) {
            assertEquals(List.of(i % POINTS), ids(results.get(i)));
            assertEquals(i % 2 == 0, results.get(i).get(0).has("payload"));
        }
    }

    @Test
    void readsVectorsAsBase64() {
        TestServer.Answer answer =
                server.post(SEARCH, "{'vector':'AADIQgAAAAA=','k':1}").expect(200);
        assertEquals(List.of(99), ids(answer.at("/result")));
    }

    @Test
    void namesTheFieldOfABadSearch() {
        server.post(SEARCH, "{'vector':[1,2,3],'k':1}").expectInvalid("vector", "vector: expected 2 values, got 3");
        server.post(SEARCH, "{'vector':[1,1e39],'k':1}")
                .expectInvalid("vector[1]", "vector[1]: expected a finite float32, got 1e39");
        server.post(SEARCH, "{'vector':[1,2],'k':0}").expectInvalid("k", "k: expected 1 to 10000, got 0");
        server.post(BATCH, "{'searches':[{'vector':[1,2],'k':1},{'vector':[1],'k':1}]}")
                .expectInvalid("searches[1].vector", "searches[1].vector: expected 2 values, got 1");
        server.post(BATCH, "{'searches':[{'vector':[1,2],'k':1},{'vector':[1,2],'k':10001}]}")
                .expectInvalid("searches[1].k", "searches[1].k: expected 1 to 10000, got 10001");
        server.post("/v1/collections/none:search", "{").expect(404);
    }

    @Test
    void namesTheSearchOfABatchThatTheEngineRefuses() {
        server.put("/v1/collections/angles", "{'dimension':2,'metric':'cosine'}")
                .expect(201);
        server.post(
                        "/v1/collections/angles:search-batch",
                        "{'searches':[{'vector':[1,0],'k':1},{'vector':[0,0],'k':1}]}")
                .expectInvalid(
                        "searches[1].vector",
                        "searches[1].vector: expected a vector with a direction, as metric cosine needs, got all zeros");
    }

    @Test
    void writesAScoreThatOverflowedAsNull() {
        server.put("/v1/collections/huge", "{'dimension':1,'metric':'ip'}").expect(201);
        server.post("/v1/collections/huge/points", "{'points':[{'id':1,'vector':[3e38]}]}")
                .expect(200);
        TestServer.Answer answer = server.post("/v1/collections/huge:search", "{'vector':[3e38],'k':1}")
                .expect(200);
        assertTrue(answer.at("/result/0/score").isNull());
    }

    @Test
    void returnsResultsThatAreLongerThanOneChunk() {
        String points = IntStream.range(0, 5_000)
                .mapToObj(i -> "{'id':'" + "x".repeat(40) + i + "','vector':[" + i + ",1]}")
                .collect(Collectors.joining(","));
        server.post("/v1/collections/c/points", "{'points':[" + points + "]}").expect(200);
        TestServer.Answer answer = server.post(SEARCH, "{'vector':[0,1],'k':5000,'with_vector':true}")
                .expect(200);
        assertEquals(5_000, answer.at("/result").size());
        assertEquals(
                "chunked",
                answer.http().headers().firstValue("Transfer-Encoding").orElse(""));
        assertTrue(answer.http().body().length > 400_000);
    }

    @Test
    void servesManyClientsAtOnce() throws Exception {
        int clients = 16;
        int each = 50;
        try (ExecutorService executor = Executors.newFixedThreadPool(clients)) {
            List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                int own = 1_000_000 * (client + 1);
                running.add(executor.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        int id = own + i;
                        server.post(
                                        "/v1/collections/c/points",
                                        "{'points':[{'id':" + id + ",'vector':[" + id + ",5]}]}")
                                .expect(200);
                        TestServer.Answer found = server.post(
                                        SEARCH, "{'vector':[" + id + ",5],'k':1,'params':{'exact':true}}")
                                .expect(200);
                        assertEquals(List.of(id), ids(found.at("/result")));
                    }
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }
        assertEquals(
                POINTS + clients * each, server.engine().collection("c").info().points());
    }
}
