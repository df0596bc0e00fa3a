package io.vecino.collection;

import io.vecino.index.OrdinalFilter;
import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import io.vecino.model.PointId;
import io.vecino.model.ScoredPoint;
import io.vecino.model.SearchDeadline;
import io.vecino.model.SearchParams;
import io.vecino.model.SearchRequest;
import io.vecino.model.SearchTrace;
import io.vecino.model.SearchTrace.Stage;
import io.vecino.payload.PayloadCodec;
import io.vecino.segment.SealedSegment;
import io.vecino.segment.Segment;
import io.vecino.selection.TopK;
import io.vecino.storage.PointRow;
import io.vecino.transform.Similarity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;

/**
 * One search over a snapshot: candidates from codes, rescored with the originals. Where a filter leaves few points of a
 * segment, these are scored with their originals and the index is not asked. For one thread.
 */
final class Search {
    private static final int FEWEST = 200;
    private static final int FEW = 4_000;
    private static final int FEW_PART = 100;

    private final CollectionConfig config;
    private final Lifecycle lifecycle;
    private final Snapshot snapshot;
    private final SearchRequest request;
    private final float[] query;
    private final int k;
    private final int oversampled;
    private final @Nullable Matching matching;
    private final @Nullable SearchTrace trace = SearchTrace.current();
    private final Map<Snapshot.Part, ImmutableRoaringBitmap> matches = new HashMap<>();
    private final Map<Snapshot.Part, TopK.Hits> shared = new HashMap<>();

    private Search(CollectionConfig config, Lifecycle lifecycle, Snapshot snapshot, SearchRequest request) {
        this.config = config;
        this.lifecycle = lifecycle;
        this.snapshot = snapshot;
        this.request = request;
        this.query = Similarity.prepare(config.metric(), vector());
        this.k = request.k() + request.offset() + (request.near() == null ? 0 : 1);
        this.oversampled = (int) Math.ceil((double) k * request.params().oversample());
        this.matching = request.filter() == null ? null : new Matching(snapshot, request.filter(), lifecycle);
    }

    /** Several searches of one moment, where they can in one pass over what they search. The same results. */
    static List<List<ScoredPoint>> runAll(
            CollectionConfig config, Lifecycle lifecycle, Snapshot snapshot, List<SearchRequest> requests) {
        List<Search> searches = requests.stream()
                .map(request -> new Search(config, lifecycle, snapshot, request))
                .toList();
        if (searches.size() > 1) {
            SharedScans.run(snapshot, searches);
        }
        return searches.stream().map(Search::run).toList();
    }

    /** What must be equal for searches to share a pass; empty for one that shares none. */
    Optional<Shape> shape() {
        boolean alone = matching != null || request.params().exact();
        return alone ? Optional.empty() : Optional.of(new Shape(k, oversampled, request.params()));
    }

    /** @param asked candidates per part whose codes are searched */
    record Shape(int k, int asked, SearchParams params) {}

    float[] query() {
        return query;
    }

    /** Takes what was found in a part for this search among others. */
    void found(Snapshot.Part part, TopK.Hits hits) {
        shared.put(part, hits);
    }

    /** What {@link #run} returns, with the scores of originals where codes were rescored. */
    static List<Candidate> candidates(
            CollectionConfig config, Lifecycle lifecycle, Snapshot snapshot, SearchRequest request) {
        return new Search(config, lifecycle, snapshot, request).best();
    }

    private float[] vector() {
        if (request.vector() != null) {
            return request.vector();
        }
        PointId id = request.near();
        float[] stored =
                id == null ? null : snapshot.view().vectors(List.of(id)).getFirst();
        if (stored == null) {
            throw new EngineException.NotFound("point", String.valueOf(id));
        }
        return stored;
    }

    private List<ScoredPoint> run() {
        List<Candidate> best = best();
        return SearchTrace.timed(Stage.FETCH, () -> results(best));
    }

    private List<Candidate> best() {
        boolean exact =
                snapshot.parts().stream().allMatch(part -> part.segment().exact());
        List<Candidate> found = request.params().exact() && !exact ? originals() : segments();
        if (found.size() < k && found.size() < matchingPoints()) {
            // A graph or inverted lists may not reach enough points that may be returned.
            found = originals();
        }
        return found.stream()
                .sorted(Candidate.BEST_FIRST)
                .limit(k)
                .filter(candidate -> !candidate.id().equals(request.near()))
                .skip(request.offset())
                .limit(request.k())
                .filter(this::goodEnough)
                .toList();
    }

    private boolean goodEnough(Candidate candidate) {
        Float worst = request.scoreThreshold();
        if (worst == null) {
            return true;
        }
        float score = config.metric().toUser(candidate.score());
        return config.metric() == Metric.L2 ? score <= worst : score >= worst;
    }

    private ImmutableRoaringBitmap matches(Matching filter, Snapshot.Part part) {
        ImmutableRoaringBitmap known = matches.get(part);
        if (known == null) {
            known = SearchTrace.timed(Stage.FILTER, () -> filter.ordinals(part));
            matches.put(part, known);
        }
        return known;
    }

    private long matchingPoints() {
        if (matching == null) {
            return snapshot.points();
        }
        long[] count = {0};
        for (Snapshot.Part part : snapshot.parts()) {
            matching.forEachVisible(part, matches(matching, part), _ -> count[0]++);
        }
        return count[0];
    }

    private List<Candidate> originals() {
        if (trace != null) {
            trace.scannedOriginals();
        }
        return SearchTrace.timed(Stage.RESCORE, this::allOriginals);
    }

    private List<Candidate> allOriginals() {
        Originals originals = new Originals(snapshot, config.metric(), query, k);
        if (matching == null) {
            return originals.addAll(lifecycle).best();
        }
        for (Snapshot.Part part : snapshot.parts()) {
            originals.add(visible(matching, part));
        }
        return originals.best();
    }

    private List<PointId> visible(Matching filter, Snapshot.Part part) {
        List<PointId> ids = new ArrayList<>();
        filter.forEachVisible(
                part, matches(filter, part), ordinal -> ids.add(part.segment().id(ordinal)));
        return ids;
    }

    private List<Candidate> segments() {
        List<Candidate> exact = new ArrayList<>();
        List<Candidate> coded = new ArrayList<>();
        Originals few = new Originals(snapshot, config.metric(), query, k);
        for (Snapshot.Part part : snapshot.parts()) {
            long _ = SearchDeadline.remaining();
            OrdinalFilter accepted = part.segment().visibleAt(snapshot.sequence());
            if (matching != null) {
                ImmutableRoaringBitmap ordinals = matches(matching, part);
                if (ordinals.isEmpty()) {
                    note(part, SearchTrace.Method.SKIP, 0, 0);
                    continue;
                }
                if (part.sealed() && few(ordinals.getCardinality(), part.size())) {
                    long start = System.nanoTime();
                    List<PointId> ids = visible(matching, part);
                    Originals _ = SearchTrace.timed(Stage.RESCORE, () -> few.add(ids));
                    note(part, SearchTrace.Method.MATCHES, ids.size(), System.nanoTime() - start);
                    continue;
                }
                accepted = new MatchedOrdinals(ordinals, accepted);
            }
            search(part, accepted, part.segment().scoresOriginals() ? exact : coded);
        }
        exact.addAll(few.best());
        exact.addAll(SearchTrace.timed(Stage.RESCORE, () -> rescore(coded)));
        return exact;
    }

    private boolean few(int matching, int size) {
        return matching <= Math.max(oversampled, Math.clamp(size / FEW_PART, FEWEST, FEW));
    }

    private void search(Snapshot.Part part, OrdinalFilter accepted, List<Candidate> into) {
        Segment segment = part.segment();
        long start = System.nanoTime();
        long transformed = trace == null ? 0 : trace.nanos(Stage.TRANSFORM);
        TopK.Hits known = shared.get(part);
        TopK.Hits hits = known != null
                ? known
                : segment.search(
                        query, segment.scoresOriginals() ? k : oversampled, part.size(), accepted, request.params());
        for (int i = 0; i < hits.ordinals().length; i++) {
            into.add(new Candidate(segment.id(hits.ordinals()[i]), hits.scores()[i], null));
        }
        if (trace != null) {
            long nanos = System.nanoTime() - start;
            trace.add(Stage.TRAVERSE, nanos - (trace.nanos(Stage.TRANSFORM) - transformed));
            SearchTrace.Method method = !part.sealed()
                    ? SearchTrace.Method.SCAN
                    : matching == null ? SearchTrace.Method.INDEX : SearchTrace.Method.FILTERED_INDEX;
            note(part, method, hits.ordinals().length, nanos);
        }
    }

    private void note(Snapshot.Part part, SearchTrace.Method method, int found, long nanos) {
        if (trace != null) {
            long number = part.segment() instanceof SealedSegment sealed ? sealed.number() : -1;
            ImmutableRoaringBitmap matched = matches.get(part);
            int matching = matched == null ? part.size() : matched.getCardinality();
            trace.add(new SearchTrace.Step(number, method, part.size(), matching, found, nanos));
        }
    }

    private List<Candidate> rescore(List<Candidate> coded) {
        List<PointId> ids = coded.stream()
                .sorted(Candidate.BEST_FIRST)
                .limit(oversampled)
                .map(Candidate::id)
                .toList();
        if (trace != null) {
            trace.addRescored(ids.size());
        }
        return new Originals(snapshot, config.metric(), query, k).add(ids).best();
    }

    private List<ScoredPoint> results(List<Candidate> best) {
        List<PointId> ids = best.stream().map(Candidate::id).toList();
        List<@Nullable PointRow> rows = request.withPayload() ? snapshot.view().rows(ids) : List.of();
        boolean read = request.withVector() && best.stream().anyMatch(candidate -> candidate.vector() == null);
        List<float @Nullable []> vectors = read ? snapshot.view().vectors(ids) : List.of();
        List<ScoredPoint> results = new ArrayList<>(best.size());
        for (int i = 0; i < best.size(); i++) {
            Candidate candidate = best.get(i);
            PointRow row = request.withPayload() ? rows.get(i) : null;
            results.add(new ScoredPoint(
                    candidate.id(),
                    config.metric().toUser(candidate.score()),
                    row == null ? null : PayloadCodec.decode(row.payload()),
                    !request.withVector() ? null : read ? vectors.get(i) : candidate.vector()));
        }
        return results;
    }
}
