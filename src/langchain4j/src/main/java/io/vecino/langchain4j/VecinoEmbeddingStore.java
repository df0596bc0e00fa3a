package io.vecino.langchain4j;

import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.EmbeddingSearchResult;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.RelevanceScore;
import dev.langchain4j.store.embedding.filter.Filter;
import io.grpc.Status;
import io.vecino.api.v1.CreateCollectionRequest;
import io.vecino.api.v1.Payload;
import io.vecino.api.v1.Point;
import io.vecino.api.v1.Query;
import io.vecino.api.v1.ScoredPoint;
import io.vecino.client.Filters;
import io.vecino.client.RemoteCollection;
import io.vecino.client.Values;
import io.vecino.client.VecinoClient;
import io.vecino.client.VecinoException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Segments of text in a collection of metric {@code cosine}: the text in the payload's field {@code text}, the metadata in {@code
 * metadata}. Matches carry no embeddings, which servers give to administrators only. Thread-safe; calls throw {@link
 * VecinoException}.
 */
public final class VecinoEmbeddingStore implements EmbeddingStore<TextSegment> {
    static final String METADATA = "metadata";
    private static final String TEXT = "text";
    private static final String COSINE = "cosine";
    private static final int BATCH = 1_000;

    private final RemoteCollection points;

    private VecinoEmbeddingStore(RemoteCollection points) {
        this.points = points;
    }

    /**
     * The store in a collection.
     *
     * @param client the caller's to close, after the store was last used
     * @throws IllegalArgumentException if the collection has another metric than {@code cosine}
     */
    public static VecinoEmbeddingStore of(VecinoClient client, String collection) {
        requireCosine(client.describe(collection).getMetric());
        return new VecinoEmbeddingStore(client.collection(collection));
    }

    /**
     * The same, having made the collection if there was none of that name.
     *
     * @param shape of the collection to make
     */
    public static VecinoEmbeddingStore create(VecinoClient client, CreateCollectionRequest shape) {
        requireCosine(shape.getMetric());
        try {
            var _ = client.create(shape);
        } catch (VecinoException e) {
            if (e.code() != Status.Code.FAILED_PRECONDITION) {
                throw e;
            }
        }
        return of(client, shape.getName());
    }

    private static void requireCosine(String metric) {
        if (!metric.equals(COSINE)) {
            throw new IllegalArgumentException("metric: expected " + COSINE + ", got " + metric);
        }
    }

    @Override
    public String add(Embedding embedding) {
        return addAll(List.of(embedding)).getFirst();
    }

    @Override
    public void add(String id, Embedding embedding) {
        store(List.of(id), List.of(embedding), null);
    }

    @Override
    public String add(Embedding embedding, TextSegment embedded) {
        return addAll(List.of(embedding), List.of(embedded)).getFirst();
    }

    @Override
    public List<String> addAll(List<Embedding> embeddings) {
        List<String> ids = generateIds(embeddings.size());
        store(ids, embeddings, null);
        return ids;
    }

    @Override
    public void addAll(List<String> ids, List<Embedding> embeddings, List<TextSegment> embedded) {
        store(ids, embeddings, embedded);
    }

    private void store(List<String> ids, List<Embedding> embeddings, @Nullable List<TextSegment> segments) {
        if (ids.size() != embeddings.size() || (segments != null && segments.size() != ids.size())) {
            throw new IllegalArgumentException("expected as many ids as embeddings and segments, got " + ids.size()
                    + ", " + embeddings.size() + (segments == null ? "" : ", " + segments.size()));
        }
        List<Point> batch = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            Payload payload = segments == null ? Payload.getDefaultInstance() : payload(segments.get(i));
            batch.add(Values.point(Values.id(ids.get(i)), embeddings.get(i).vector()).toBuilder()
                    .setPayload(payload)
                    .build());
            if (batch.size() == BATCH || i == ids.size() - 1) {
                var _ = points.upsert(batch);
                batch.clear();
            }
        }
    }

    private static Payload payload(TextSegment segment) {
        return Values.payload(
                Map.of(TEXT, segment.text(), METADATA, segment.metadata().toMap()));
    }

    @Override
    public void removeAll(Collection<String> ids) {
        if (ids.isEmpty()) {
            throw new IllegalArgumentException("ids: expected at least one, got none");
        }
        var _ = points.delete(ids.stream().map(Values::id).toList());
    }

    @Override
    public void removeAll(Filter filter) {
        var _ = points.delete(MetadataFilters.of(filter));
    }

    @Override
    public void removeAll() {
        var _ = points.delete(Filters.all());
    }

    @Override
    public EmbeddingSearchResult<TextSegment> search(EmbeddingSearchRequest request) {
        Query.Builder query = Values.query(request.queryEmbedding().vector(), request.maxResults()).toBuilder()
                .setWithPayload(true)
                .setScoreThreshold((float) (2 * request.minScore() - 1));
        if (request.filter() != null) {
            query.setFilter(MetadataFilters.of(request.filter()));
        }
        List<EmbeddingMatch<TextSegment>> matches = points.search(query.build()).stream()
                .map(VecinoEmbeddingStore::match)
                .toList();
        return new EmbeddingSearchResult<>(matches);
    }

    @SuppressWarnings("NullAway") // what is missing in a match is null there, which LangChain4j does not say
    private static EmbeddingMatch<TextSegment> match(ScoredPoint hit) {
        double score = Math.clamp(RelevanceScore.fromCosineSimilarity(hit.getScore()), 0, 1);
        return new EmbeddingMatch<>(score, id(hit), null, segment(Values.map(hit.getPayload())));
    }

    private static String id(ScoredPoint hit) {
        return hit.getId().hasText()
                ? hit.getId().getText()
                : Long.toUnsignedString(hit.getId().getNumber());
    }

    private static @Nullable TextSegment segment(Map<String, @Nullable Object> payload) {
        if (!(payload.get(TEXT) instanceof String text)) {
            return null;
        }
        Map<String, Object> metadata = new HashMap<>();
        if (payload.get(METADATA) instanceof Map<?, ?> map) {
            map.forEach((name, value) -> {
                if (value instanceof String || value instanceof Long || value instanceof Double) {
                    metadata.put(String.valueOf(name), value);
                }
            });
        }
        return TextSegment.from(text, Metadata.from(metadata));
    }
}
