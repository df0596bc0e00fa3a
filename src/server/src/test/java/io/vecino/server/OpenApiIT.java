package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.CollectionConfig;
import io.vecino.model.SearchRequest;
import io.vecino.server.work.SearchBounds;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

final class OpenApiIT {
    private final OpenApi description = new OpenApi();

    @Test
    void describesExactlyTheRoutesThatAreServed(@TempDir Path directory) {
        try (TestServer server = new TestServer(directory)) {
            List<String> served = server.server().routes().stream()
                    .map(route -> route.operation() + " " + route.scope())
                    .sorted()
                    .toList();
            assertEquals(served, description.operations());
        }
    }

    @Test
    void isServedAsItIs(@TempDir Path directory) {
        try (TestServer server = new TestServer(directory)) {
            TestServer.Answer answer = server.send(
                    HttpRequest.newBuilder(server.uri("/openapi.yaml")).build());
            assertEquals(
                    "application/yaml",
                    answer.http().headers().firstValue("Content-Type").orElse(""));
            String text = new String(answer.http().body(), StandardCharsets.UTF_8);
            assertEquals(description.root(), new YAMLMapper().readTree(text));
        }
    }

    @Test
    void statesTheLimitsThatAreKept() {
        JsonNode schemas = description.root().at("/components/schemas");
        assertEquals(
                CollectionConfig.MAX_DIMENSION,
                schemas.at("/NewCollection/properties/dimension/maximum").asInt());
        assertEquals(
                SearchRequest.MAX_K, schemas.at("/Search/properties/k/maximum").asInt());
        assertEquals(
                SearchBounds.MAX_BATCH,
                schemas.at("/Upsert/properties/points/maxItems").asInt());
        assertEquals(
                SearchBounds.MAX_BATCH,
                schemas.at("/SearchBatch/properties/searches/maxItems").asInt());
    }

    @Test
    void refersToNothingThatIsMissing() {
        description
                .root()
                .findValuesAsString("$ref")
                .forEach(reference -> assertTrue(
                        !description.root().at(reference.substring(1)).isMissingNode(), reference));
    }
}
