package io.vecino.collection;

import io.vecino.model.CollectionConfig;
import io.vecino.model.PointId;
import io.vecino.model.ScoredPoint;
import io.vecino.model.SearchRequest;
import io.vecino.payload.PayloadCodec;
import io.vecino.segment.Segment;
import io.vecino.selection.TopK;
import io.vecino.storage.PointRow;
import io.vecino.transform.Similarity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One search over a snapshot: candidates from codes, rescored with the originals. */
final class Search {
    private static final Comparator<Candidate> BEST_FIRST =
            Comparator.comparingDouble((Candidate c) -> -c.score).thenComparing(candidate -> candidate.id);

    private final CollectionConfig config;
    private final Similarity similarity;

    Search(CollectionConfig config) {
        this.config = config;
        this.similarity = Similarity.of(config.metric());
    }

    /** @param vector null until it was read from the store */
    @SuppressWarnings("ArrayRecordComponent") // lives for one search
    private record Candidate(PointId id, float score, float @Nullable [] vector) {}

    List<ScoredPoint> run(Snapshot snapshot, SearchRequest request) {
        float[] query = Similarity.prepare(config.metric(), request.vector());
        boolean exact =
                snapshot.parts().stream().allMatch(part -> part.segment().exact());
        List<Candidate> found = request.params().exact() && !exact
                ? scanOriginals(snapshot, query, request.k())
                : searchSegments(snapshot, query, request);
        if (found.size() < request.k() && found.size() < snapshot.points()) {
            // A graph or inverted lists may not reach enough points that are not deleted.
            found = scanOriginals(snapshot, query, request.k());
        }
        List<Candidate> best =
                found.stream().sorted(BEST_FIRST).limit(request.k()).toList();
        return results(snapshot, best, request);
    }

    private List<Candidate> searchSegments(Snapshot snapshot, float[] query, SearchRequest request) {
        int oversampled =
                (int) Math.ceil((double) request.k() * request.params().oversample());
        List<Candidate> exact = new ArrayList<>();
        List<Candidate> coded = new ArrayList<>();
        for (Snapshot.Part part : snapshot.parts()) {
            boolean approximate = !part.segment().exact();
            Segment segment = part.segment();
            TopK.Hits hits = segment.search(
                    query, approximate ? oversampled : request.k(), part.size(), snapshot.sequence(), request.params());
            for (int i = 0; i < hits.ordinals().length; i++) {
                Candidate candidate = new Candidate(segment.id(hits.ordinals()[i]), hits.scores()[i], null);
                (approximate ? coded : exact).add(candidate);
            }
        }
        exact.addAll(rescore(snapshot, query, coded, oversampled));
        return exact;
    }

    private List<Candidate> rescore(Snapshot snapshot, float[] query, List<Candidate> coded, int oversampled) {
        if (coded.isEmpty()) {
            return List.of();
        }
        List<PointId> ids = coded.stream()
                .sorted(BEST_FIRST)
                .limit(oversampled)
                .map(Candidate::id)
                .toList();
        List<Candidate> rescored = new ArrayList<>(ids.size());
        List<float @Nullable []> vectors = snapshot.view().vectors(ids);
        for (int i = 0; i < ids.size(); i++) {
            float[] vector = vectors.get(i);
            if (vector != null) {
                rescored.add(scored(ids.get(i), vector, query));
            }
        }
        return rescored;
    }

    private Candidate scored(PointId id, float[] vector, float[] query) {
        return new Candidate(id, similarity.score(query, Similarity.prepare(config.metric(), vector)), vector);
    }

    private List<Candidate> scanOriginals(Snapshot snapshot, float[] query, int k) {
        List<Candidate> best = new ArrayList<>();
        snapshot.view().scanVectors((id, vector) -> {
            best.add(scored(id, vector, query));
            if (best.size() >= 2 * k + 1024) {
                best.sort(BEST_FIRST);
                best.subList(k, best.size()).clear();
            }
            return true;
        });
        return best;
    }

    private List<ScoredPoint> results(Snapshot snapshot, List<Candidate> best, SearchRequest request) {
        List<PointId> ids = best.stream().map(Candidate::id).toList();
        List<@Nullable PointRow> rows = request.withPayload() ? snapshot.view().rows(ids) : List.of();
        boolean read = request.withVector() && best.stream().anyMatch(candidate -> candidate.vector == null);
        List<float @Nullable []> vectors = read ? snapshot.view().vectors(ids) : List.of();
        List<ScoredPoint> results = new ArrayList<>(best.size());
        for (int i = 0; i < best.size(); i++) {
            Candidate candidate = best.get(i);
            PointRow row = request.withPayload() ? rows.get(i) : null;
            results.add(new ScoredPoint(
                    candidate.id,
                    config.metric().toUser(candidate.score),
                    row == null ? null : PayloadCodec.decode(row.payload()),
                    !request.withVector() ? null : read ? vectors.get(i) : candidate.vector));
        }
        return results;
    }
}
