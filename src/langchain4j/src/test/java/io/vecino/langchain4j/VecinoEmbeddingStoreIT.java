package io.vecino.langchain4j;

import static dev.langchain4j.store.embedding.filter.MetadataFilterBuilder.metadataKey;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.filter.Filter;
import io.vecino.Engine;
import io.vecino.api.v1.CreateCollectionRequest;
import io.vecino.client.VecinoClient;
import io.vecino.client.VecinoException;
import io.vecino.server.ServerConfig;
import io.vecino.server.VecinoServer;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VecinoEmbeddingStoreIT {
    private static final CreateCollectionRequest SHAPE = CreateCollectionRequest.newBuilder()
            .setName("texts")
            .setDimension(2)
            .setMetric("cosine")
            .build();
    private static final UUID AUTHOR = new UUID(1, 2);

    private Engine engine;
    private VecinoServer server;
    private VecinoClient client;
    private VecinoEmbeddingStore store;

    @BeforeEach
    void start(@TempDir Path directory) {
        engine = Engine.open(directory);
        server = VecinoServer.start(engine, ServerConfig.defaults().withPort(0).withGrpcPort(0));
        client = VecinoClient.connect(
                "127.0.0.1", server.grpcAddress().orElseThrow().getPort());
        store = VecinoEmbeddingStore.create(client, SHAPE);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
        engine.close();
    }

    private static Embedding embedding(double degrees) {
        double angle = Math.toRadians(degrees);
        return Embedding.from(new float[] {(float) Math.cos(angle), (float) Math.sin(angle)});
    }

    private static TextSegment segment(String text, int year, double price, String lang) {
        Metadata metadata = new Metadata()
                .put("year", year)
                .put("price", price)
                .put("lang", lang)
                .put("author", AUTHOR);
        return TextSegment.from(text, metadata);
    }

    private void addFour() {
        List<String> ids = store.addAll(
                List.of(embedding(0), embedding(10), embedding(20), embedding(90)),
                List.of(
                        segment("a", 2020, 0.5, "en"),
                        segment("b", 2021, 1.5, "de"),
                        segment("c", 2022, 2.5, "en"),
                        segment("d", 2023, 3.5, "fr")));
        assertEquals(4, ids.size());
    }

    private List<EmbeddingMatch<TextSegment>> search(EmbeddingSearchRequest.EmbeddingSearchRequestBuilder request) {
        return store.search(request.queryEmbedding(embedding(0)).build()).matches();
    }

    private String texts(Filter filter) {
        return String.join(
                "",
                search(EmbeddingSearchRequest.builder().maxResults(10).filter(filter)).stream()
                        .map(match -> match.embedded().text())
                        .toList());
    }

    @Test
    void findsSegmentsWithScoreAndMetadata() {
        addFour();
        List<EmbeddingMatch<TextSegment>> found =
                search(EmbeddingSearchRequest.builder().maxResults(2));
        assertEquals(
                List.of("a", "b"),
                found.stream().map(match -> match.embedded().text()).toList());
        assertEquals(1, found.getFirst().score(), 1e-6);
        assertEquals((1 + Math.cos(Math.toRadians(10))) / 2, found.get(1).score(), 1e-6);
        Metadata metadata = found.getFirst().embedded().metadata();
        assertEquals(2020, metadata.getInteger("year"));
        assertEquals(0.5, metadata.getDouble("price"));
        assertEquals(AUTHOR, metadata.getUUID("author"));
        assertEquals(
                3,
                search(EmbeddingSearchRequest.builder().maxResults(10).minScore(0.9))
                        .size());
    }

    @Test
    void filtersByMetadata() {
        addFour();
        assertEquals("ac", texts(metadataKey("lang").isEqualTo("en")));
        assertEquals("bd", texts(metadataKey("lang").isNotEqualTo("en")));
        assertEquals("abcd", texts(metadataKey("none").isNotEqualTo("en")));
        assertEquals("bd", texts(metadataKey("lang").isIn("de", "fr")));
        assertEquals("ac", texts(metadataKey("lang").isNotIn("de", "fr")));
        assertEquals("cd", texts(metadataKey("year").isGreaterThan(2021)));
        assertEquals("bcd", texts(metadataKey("year").isGreaterThanOrEqualTo(2021)));
        assertEquals("a", texts(metadataKey("price").isLessThan(1.5)));
        assertEquals("ab", texts(metadataKey("price").isLessThanOrEqualTo(1.5)));
        assertEquals("abcd", texts(metadataKey("author").isEqualTo(AUTHOR)));
        assertEquals(
                "c",
                texts(metadataKey("lang")
                        .isEqualTo("en")
                        .and(metadataKey("year").isGreaterThan(2020))));
        assertEquals(
                "bc",
                texts(Filter.or(
                        metadataKey("lang").isEqualTo("de"), metadataKey("year").isEqualTo(2022))));
        assertEquals("bd", texts(Filter.not(metadataKey("lang").isEqualTo("en"))));
        assertThrows(
                UnsupportedOperationException.class,
                () -> texts(metadataKey("lang").containsString("e")));
    }

    @Test
    void addsUnderGivenIdsAndReplaces() {
        store.add("one", embedding(0));
        store.add("one", embedding(90));
        String other = store.add(embedding(10));
        List<EmbeddingMatch<TextSegment>> found =
                search(EmbeddingSearchRequest.builder().maxResults(10));
        assertEquals(
                List.of(other, "one"),
                found.stream().map(EmbeddingMatch::embeddingId).toList());
    }

    @Test
    void removesByIdByFilterAndAll() {
        addFour();
        store.addAll(List.of("x"), List.of(embedding(45)), List.of(segment("x", 1, 1, "en")));
        store.remove("x");
        assertEquals("abcd", texts(metadataKey("year").isGreaterThan(0)));
        store.removeAll(metadataKey("lang").isEqualTo("en"));
        assertEquals("bd", texts(metadataKey("year").isGreaterThan(0)));
        assertThrows(IllegalArgumentException.class, () -> store.removeAll(List.of()));
        store.removeAll();
        assertEquals(0, client.collection("texts").count());
    }

    @Test
    void needsACollectionByCosine() {
        assertEquals(
                0,
                VecinoEmbeddingStore.create(client, SHAPE)
                        .search(EmbeddingSearchRequest.builder()
                                .queryEmbedding(embedding(0))
                                .maxResults(1)
                                .build())
                        .matches()
                        .size());
        var _ = client.create(SHAPE.toBuilder().setName("other").setMetric("l2").build());
        assertThrows(IllegalArgumentException.class, () -> VecinoEmbeddingStore.of(client, "other"));
        assertThrows(VecinoException.class, () -> VecinoEmbeddingStore.of(client, "none"));
    }
}
