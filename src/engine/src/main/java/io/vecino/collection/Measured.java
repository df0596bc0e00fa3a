package io.vecino.collection;

import io.vecino.index.OrdinalFilter;
import io.vecino.model.CollectionConfig;
import io.vecino.model.Filter;
import io.vecino.model.PointId;
import io.vecino.model.SearchParams;
import io.vecino.model.SearchRequest;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.segment.MutableSegment;
import io.vecino.segment.SealedSegment;
import io.vecino.segment.Segment;
import io.vecino.selection.TopK;
import io.vecino.transform.Similarity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;

/**
 * A collection as of one write, held to be measured: its points, and its search step by step. Closed by the thread that
 * opened it; searches may come from any.
 */
public final class Measured implements AutoCloseable {
    private static final int READ_AHEAD = 1024;

    private final CollectionConfig config;
    private final Lifecycle lifecycle;
    private final Lifecycle.Call call;
    private final Snapshot snapshot;
    private final Pipelines pipelines;

    Measured(CollectionConfig config, Lifecycle lifecycle, SegmentSet segments, Pipelines pipelines) {
        this.config = config;
        this.lifecycle = lifecycle;
        this.pipelines = pipelines;
        this.call = lifecycle.enter();
        this.snapshot = segments.acquire();
    }

    /**
     * What is searched for.
     *
     * @param vector as the user has it
     * @param self the stored point that it is, which is not to be found; null if it is none
     */
    @SuppressWarnings("ArrayRecordComponent") // shared by all steps of one measurement, changed by none
    public record Query(float[] vector, @Nullable PointId self) {
        /** The same, as it is compared. */
        public float[] compared(CollectionConfig config) {
            return Similarity.prepare(config.metric(), vector);
        }
    }

    /** Takes one point after the other until it returns false. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * Takes a point.
         *
         * @param vector as it is compared; not kept by the visited
         * @param coded by what pipeline it is compressed; null if it is not
         * @param matches whether it meets the filter
         */
        boolean visit(PointId id, float[] vector, @Nullable TrainedPipeline coded, boolean matches);
    }

    /** What the collection was created with and changed to. */
    public CollectionConfig config() {
        return config;
    }

    /** The write as of which it is measured. */
    public long sequence() {
        return snapshot.sequence();
    }

    /** Points there are. */
    public long points() {
        return snapshot.points();
    }

    /** What of the pipelines an exact measurement depends on. */
    public String encoding() {
        return snapshot.parts().stream()
                .map(part -> part.segment() instanceof SealedSegment sealed ? sealed.pipelineVersion() : 0)
                .toList()
                .toString();
    }

    /** Points at random, each at most once; fewer if there are not as many. */
    public List<Query> sample(int count, SplittableRandom random) {
        long rows = snapshot.parts().stream().mapToLong(Snapshot.Part::size).sum();
        Set<PointId> chosen = new LinkedHashSet<>();
        for (long attempts = 0; chosen.size() < Math.min(count, points()) && attempts < 20L * count; attempts++) {
            long at = random.nextLong(rows);
            for (Snapshot.Part part : snapshot.parts()) {
                if (at < part.size()) {
                    if (part.segment().visibleAt(snapshot.sequence()).accepts((int) at)) {
                        chosen.add(part.segment().id((int) at));
                    }
                    break;
                }
                at -= part.size();
            }
        }
        List<PointId> ids = List.copyOf(chosen);
        List<float @Nullable []> vectors = snapshot.view().vectors(ids);
        List<Query> queries = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            float[] vector = vectors.get(i);
            if (vector != null) {
                queries.add(new Query(vector, ids.get(i)));
            }
        }
        return queries;
    }

    /** Bytes of codes per compressed point. */
    public double bytesPerVector() {
        long rows = 0;
        long bytes = 0;
        for (Snapshot.Part part : snapshot.parts()) {
            rows += part.sealed() ? part.segment().size() : 0;
            bytes += part.sealed() ? part.segment().bytes() : 0;
        }
        return rows == 0 ? 0 : (double) bytes / rows;
    }

    /** Whether some points are found by their originals and others by codes. */
    public boolean mixed() {
        return snapshot.parts().stream()
                        .filter(part -> part.size() > 0)
                        .anyMatch(part -> part.segment().scoresOriginals())
                && coded();
    }

    /** Whether any points are found by codes. */
    public boolean coded() {
        return snapshot.parts().stream().anyMatch(part -> !part.segment().scoresOriginals());
    }

    /** The pipeline of the largest segment that has one. */
    public Optional<TrainedPipeline> pipeline() {
        return snapshot.parts().stream()
                .max(Comparator.comparingInt(part -> part.sealed() ? part.size() : -1))
                .map(part -> pipelineOf(part.segment()));
    }

    private @Nullable TrainedPipeline pipelineOf(Segment segment) {
        return segment instanceof SealedSegment sealed ? pipelines.version(sealed.pipelineVersion()) : null;
    }

    /** Visits every point. */
    public void forEach(Optional<Filter> filter, Visitor visitor) {
        for (Snapshot.Part part : snapshot.parts()) {
            OrdinalFilter visible = part.segment().visibleAt(snapshot.sequence());
            Optional<ImmutableRoaringBitmap> matching =
                    filter.map(wanted -> new Matching(snapshot, wanted, lifecycle).ordinals(part));
            TrainedPipeline pipeline = pipelineOf(part.segment());
            List<Integer> block = new ArrayList<>(READ_AHEAD);
            for (int ordinal = 0; ordinal < part.size(); ordinal++) {
                if (visible.accepts(ordinal)) {
                    block.add(ordinal);
                }
                boolean full = block.size() == READ_AHEAD || ordinal == part.size() - 1;
                if (full && !visit(part, block, pipeline, matching, visitor)) {
                    return;
                }
            }
        }
    }

    private boolean visit(
            Snapshot.Part part,
            List<Integer> block,
            @Nullable TrainedPipeline pipeline,
            Optional<ImmutableRoaringBitmap> matching,
            Visitor visitor) {
        lifecycle.requireOpen();
        List<PointId> ids = block.stream().map(part.segment()::id).toList();
        List<float @Nullable []> vectors = part.segment() instanceof MutableSegment rows
                ? compared(rows, block)
                : snapshot.view().vectors(ids);
        for (int i = 0; i < ids.size(); i++) {
            float[] vector = vectors.get(i);
            int ordinal = block.get(i);
            boolean matches = matching.isEmpty() || matching.get().contains(ordinal);
            if (vector != null
                    && !visitor.visit(ids.get(i), Similarity.prepare(config.metric(), vector), pipeline, matches)) {
                return false;
            }
        }
        block.clear();
        return true;
    }

    @SuppressWarnings("NullAway") // the nullness of an array inside a list does not pass through generics
    private static List<float @Nullable []> compared(MutableSegment rows, List<Integer> ordinals) {
        List<float @Nullable []> vectors = new ArrayList<>();
        ordinals.forEach(ordinal -> vectors.add(rows.vector(ordinal)));
        return vectors;
    }

    /**
     * What codes alone find, in the order of the codes; where some points are found by originals, in the order of these.
     *
     * @param everyCode whether every code is looked at, instead of those that the index leads to
     */
    public List<Found> byCodes(Query query, int k, boolean everyCode, SearchParams params) {
        lifecycle.requireOpen();
        float[] vector = query.compared(config);
        int wanted = query.self() == null ? k : k + 1;
        List<Candidate> exact = new ArrayList<>();
        List<Candidate> coded = new ArrayList<>();
        for (Snapshot.Part part : snapshot.parts()) {
            Segment segment = part.segment();
            OrdinalFilter visible = segment.visibleAt(snapshot.sequence());
            TopK.Hits hits = everyCode
                    ? segment.scan(vector, wanted, part.size(), visible)
                    : segment.search(vector, wanted, part.size(), visible, params);
            for (int i = 0; i < hits.ordinals().length; i++) {
                PointId id = segment.id(hits.ordinals()[i]);
                (segment.scoresOriginals() ? exact : coded).add(new Candidate(id, hits.scores()[i], null));
            }
        }
        List<PointId> best = coded.stream()
                .sorted(Candidate.BEST_FIRST)
                .limit(wanted)
                .map(Candidate::id)
                .toList();
        List<Found> scored = score(vector, best);
        if (!exact.isEmpty()) {
            exact.forEach(candidate -> scored.add(new Found(candidate.id(), candidate.score())));
            scored.sort(
                    Comparator.comparingDouble((Found found) -> -found.score()).thenComparing(Found::id));
        }
        return scored.stream()
                .filter(found -> !found.id().equals(query.self()))
                .limit(k)
                .toList();
    }

    /** The points with the scores of their originals, in the order asked for; without those that are not there. */
    public List<Found> score(float[] compared, List<PointId> ids) {
        Map<PointId, Float> scores = new HashMap<>();
        new Originals(snapshot, config.metric(), compared, Math.max(1, ids.size()))
                .add(ids)
                .best()
                .forEach(candidate -> scores.put(candidate.id(), candidate.score()));
        List<Found> found = new ArrayList<>();
        for (PointId id : ids) {
            Float score = scores.get(id);
            if (score != null) {
                found.add(new Found(id, score));
            }
        }
        return found;
    }

    /** What the search returns to its caller. */
    public List<Found> search(Query query, int k, SearchParams params, Optional<Filter> filter) {
        lifecycle.requireOpen();
        // As a search near a stored point does, but also where that point is no longer there.
        int wanted = query.self() == null ? k : k + 1;
        SearchRequest request = new SearchRequest(query.vector(), wanted, params, false, false);
        SearchRequest asked = filter.map(request::where).orElse(request);
        return Search.candidates(config, lifecycle, snapshot, asked).stream()
                .filter(candidate -> !candidate.id().equals(query.self()))
                .limit(k)
                .map(candidate -> new Found(candidate.id(), candidate.score()))
                .toList();
    }

    @Override
    public void close() {
        snapshot.close();
        call.close();
    }
}
