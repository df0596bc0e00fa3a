package io.vecino.collection;

import io.vecino.index.TopK;
import io.vecino.model.CollectionConfig;
import io.vecino.model.IndexSpec;
import io.vecino.model.PointId;
import io.vecino.model.ScoredPoint;
import io.vecino.model.SearchRequest;
import io.vecino.payload.PayloadCodec;
import io.vecino.segment.Segment;
import io.vecino.storage.StoredRow;
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
    private final boolean exactCodes;

    Search(CollectionConfig config) {
        this.config = config;
        this.similarity = Similarity.of(config.metric());
        this.exactCodes = config.pipeline().lossless() && config.index() instanceof IndexSpec.Flat;
    }

    /** @param row null until it was read from the store */
    private record Candidate(
            PointId id, float score, @Nullable StoredRow row) {}

    List<ScoredPoint> run(Snapshot snapshot, SearchRequest request) {
        float[] query = Similarity.prepare(config.metric(), request.vector());
        List<Candidate> found = request.params().exact() && !exactCodes
                ? scanOriginals(snapshot, query, request.k())
                : searchSegments(snapshot, query, request);
        if (found.size() < request.k() && found.size() < snapshot.livePoints()) {
            // A graph or inverted lists may not reach enough points that are not deleted.
            found = scanOriginals(snapshot, query, request.k());
        }
        List<Candidate> best =
                found.stream().sorted(BEST_FIRST).limit(request.k()).toList();
        return results(snapshot, best, request);
    }

    private List<Candidate> searchSegments(Snapshot snapshot, float[] query, SearchRequest request) {
        int oversampled = exactCodes
                ? request.k()
                : (int) Math.ceil((double) request.k() * request.params().oversample());
        List<Candidate> exact = new ArrayList<>();
        List<Candidate> coded = new ArrayList<>();
        for (Snapshot.Part part : snapshot.parts()) {
            boolean approximate = part.sealed() && !exactCodes;
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
        for (StoredRow row : snapshot.view().get(ids)) {
            if (row != null) {
                rescored.add(scored(row, query));
            }
        }
        return rescored;
    }

    private Candidate scored(StoredRow row, float[] query) {
        return new Candidate(row.id(), similarity.score(query, Similarity.prepare(config.metric(), row.vector())), row);
    }

    private List<Candidate> scanOriginals(Snapshot snapshot, float[] query, int k) {
        List<Candidate> best = new ArrayList<>();
        snapshot.view().scan(row -> {
            best.add(scored(row, query));
            if (best.size() >= 2 * k + 1024) {
                best.sort(BEST_FIRST);
                best.subList(k, best.size()).clear();
            }
            return true;
        });
        return best;
    }

    private List<ScoredPoint> results(Snapshot snapshot, List<Candidate> best, SearchRequest request) {
        boolean needsRows = request.withPayload() || request.withVector();
        List<@Nullable StoredRow> rows = needsRows ? rows(snapshot, best) : List.of();
        List<ScoredPoint> results = new ArrayList<>(best.size());
        for (int i = 0; i < best.size(); i++) {
            Candidate candidate = best.get(i);
            StoredRow row = needsRows ? rows.get(i) : null;
            results.add(new ScoredPoint(
                    candidate.id,
                    config.metric().toUser(candidate.score),
                    row != null && request.withPayload() ? PayloadCodec.decode(row.payload()) : null,
                    row != null && request.withVector() ? row.vector() : null));
        }
        return results;
    }

    private static List<@Nullable StoredRow> rows(Snapshot snapshot, List<Candidate> best) {
        if (best.stream().allMatch(candidate -> candidate.row != null)) {
            List<@Nullable StoredRow> rows = new ArrayList<>();
            best.forEach(candidate -> rows.add(candidate.row));
            return rows;
        }
        return snapshot.view().get(best.stream().map(Candidate::id).toList());
    }
}
