package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.server.auth.ApiKey;
import io.vecino.server.auth.ApiKeys;
import io.vecino.server.auth.Scope;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MetricsIT {
    private TestServer server;

    @BeforeEach
    void start(@TempDir Path directory) {
        server = new TestServer(directory).withCollection(2);
        server.post(
                        "/v1/collections/c/points",
                        "{'points':[{'id':'secret-id','vector':[1,2],'payload':{'a':'secret'}}]}")
                .expect(200);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String scrape() {
        TestServer.Answer answer =
                server.send(HttpRequest.newBuilder(server.uri("/metrics")).build());
        assertEquals(200, answer.status());
        assertTrue(
                answer.http().headers().firstValue("Content-Type").orElse("").startsWith("text/plain; version=0.0.4"));
        return new String(answer.http().body(), StandardCharsets.UTF_8);
    }

    private static double value(String metrics, String series) {
        return metrics.lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElse(Double.NaN);
    }

    @Test
    void countsSearchesByCollectionAndStage() {
        for (int i = 0; i < 3; i++) {
            server.post("/v1/collections/c:search", "{'vector':[1,2],'k':1,'with_payload':true}")
                    .expect(200);
        }
        server.post("/v1/collections/c:search-batch", "{'searches':[{'vector':[1,2],'k':1}]}")
                .expect(200);
        String metrics = scrape();
        assertEquals(4, value(metrics, "vecino_search_seconds_count{collection=\"c\",stage=\"total\"}"));
        assertEquals(4, value(metrics, "vecino_search_seconds_count{collection=\"c\",stage=\"traverse\"}"));
        assertEquals(4, value(metrics, "vecino_search_seconds_count{collection=\"c\",stage=\"fetch\"}"));
        assertTrue(value(metrics, "vecino_search_seconds_sum{collection=\"c\",stage=\"total\"}") > 0);
        assertTrue(metrics.contains("vecino_search_seconds_bucket{collection=\"c\",stage=\"total\",le=\"0.001\"}"));
    }

    @Test
    void describesCollectionsMemoryJobsAndTheJvm() {
        server.post("/v1/collections/c:optimize", "").expect(202);
        TestServer.await(() -> scrape().contains("vecino_jobs{kind=\"optimize\",state=\"succeeded\"} 1"));
        server.server().metrics().recall("c", 10, 0.97);
        server.server().metrics().recall("gone", 10, 0.5);
        String metrics = scrape();
        assertEquals(1, value(metrics, "vecino_points{collection=\"c\"}"));
        assertEquals(0, value(metrics, "vecino_points_unsealed{collection=\"c\"}"));
        assertEquals(1, value(metrics, "vecino_segments{collection=\"c\"}"));
        assertTrue(value(metrics, "vecino_collection_bytes{collection=\"c\",component=\"codes\"}") > 0);
        assertTrue(value(metrics, "vecino_memory_limit_bytes") > 0);
        assertTrue(metrics.contains("vecino_memory_bytes{use=\"mapped\"}"));
        assertEquals(0.97, value(metrics, "vecino_recall{collection=\"c\",k=\"10\"}"));
        assertFalse(metrics.contains("gone"));
        assertTrue(value(metrics, "vecino_connections{protocol=\"http\"}") >= 1);
        assertTrue(metrics.contains("jvm_memory_used_bytes{"));
        assertTrue(metrics.contains("jvm_gc_"));
        assertTrue(metrics.contains("process_uptime_seconds"));
    }

    @Test
    void countsRequestsByRouteAndStatus() {
        server.get("/v1/collections/c/points/secret-id").expect(200);
        server.get("/v1/collections/missing").expect(404);
        assertEquals(
                404,
                server.send(HttpRequest.newBuilder(server.uri("/secret/path")).build())
                        .status());
        String metrics = scrape();
        String requests = "vecino_requests_seconds_count{operation=\"";
        assertEquals(
                1,
                value(metrics, requests + "GET /v1/collections/{c}/points/{id}\",protocol=\"http\",status=\"200\"}"));
        assertEquals(1, value(metrics, requests + "GET /v1/collections/{c}\",protocol=\"http\",status=\"404\"}"));
        assertEquals(1, value(metrics, requests + "none\",protocol=\"http\",status=\"404\"}"));
        assertFalse(metrics.contains("secret"));
        assertFalse(metrics.contains("missing"));
    }

    @Test
    void forgetsCollectionsThatAreGone() {
        server.post("/v1/collections/c:search", "{'vector':[1,2],'k':1}").expect(200);
        assertTrue(scrape().contains("collection=\"c\""));
        server.delete("/v1/collections/c").expect(204);
        assertFalse(scrape().contains("collection=\"c\""));
    }

    @Test
    void namesNoCollectionToAKeyThatDoesNotReachAll(@TempDir Path directory) {
        String secret = ApiKey.newSecret();
        ApiKeys keys = ApiKeys.of(List.of(ApiKey.of("one", Scope.ADMIN, Set.of("c"), secret)));
        try (TestServer closed = new TestServer(directory, TestServer.config().withKeys(keys), Limits.DEFAULT)) {
            HttpRequest.Builder request = HttpRequest.newBuilder(closed.uri("/metrics"));
            assertEquals(401, closed.send(request.build()).status());
            assertEquals(
                    403,
                    closed.send(request.header("X-Api-Key", secret).build()).status());
        }
    }
}
