package io.vecino.collection;

import io.vecino.model.CollectionConfig;
import io.vecino.model.CollectionInfo;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.ScoredPoint;
import io.vecino.model.SearchRequest;
import io.vecino.model.StoredPoint;
import io.vecino.model.WriteResult;
import io.vecino.payload.PayloadCodec;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.PointStore;
import io.vecino.storage.StoredRow;
import io.vecino.transform.Identity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Points under one name: durable writes, consistent searches, sealing in the background. Thread-safe. */
public final class Collection implements AutoCloseable {
    private final String name;
    private final PointStore store;
    private final NativeMemory memory;
    private final Lifecycle lifecycle;
    private final SegmentSet segments;
    private final Sealing sealing;
    private final Search search;

    private Collection(String name, PointStore store, NativeMemory memory, ExecutorService background, int sealPoints) {
        this.name = name;
        this.store = store;
        this.memory = memory;
        this.lifecycle = new Lifecycle(name);
        this.segments = new SegmentSet(store, memory);
        this.sealing = new Sealing(name, store, memory, segments, lifecycle, background, sealPoints);
        this.search = new Search(store.config());
    }

    /**
     * Opens a collection and rebuilds its segments from the store.
     *
     * @param background runs sealing; one thread is enough
     * @param sealPoints unsealed points at which sealing starts
     */
    public static Collection open(
            String name, PointStore store, NativeMemory memory, ExecutorService background, int sealPoints) {
        Collection collection = new Collection(name, store, memory, background, sealPoints);
        try {
            collection.sealing.load();
            return collection;
        } catch (RuntimeException e) {
            collection.close();
            throw e;
        }
    }

    public String name() {
        return name;
    }

    public CollectionConfig config() {
        return store.config();
    }

    /** Stores points, replacing those of the same id; all or nothing, durable when it returns. */
    public WriteResult upsert(List<Point> points) {
        List<StoredRow> rows = Requests.rows(store.config(), points);
        try (Lifecycle.Call _ = lifecycle.enter()) {
            WriteResult result = segments.upsert(rows);
            sealing.sealIfDue();
            return result;
        }
    }

    /** Removes points; ids that are not there are ignored. */
    public WriteResult delete(List<PointId> ids) {
        Requests.batch("ids", ids.size());
        try (Lifecycle.Call _ = lifecycle.enter()) {
            return segments.delete(ids);
        }
    }

    /** One point as stored. */
    public Optional<StoredPoint> get(PointId id) {
        try (Lifecycle.Call _ = lifecycle.enter();
                Snapshot snapshot = segments.acquire()) {
            return snapshot.view()
                    .get(id)
                    .map(row -> new StoredPoint(
                            row.id(), row.vector(), PayloadCodec.decode(row.payload()), row.sequence()));
        }
    }

    /** The k nearest points as of the last acknowledged write. */
    public List<ScoredPoint> search(SearchRequest request) {
        Requests.vector(store.config(), "vector", request.vector());
        try (Lifecycle.Call _ = lifecycle.enter();
                Snapshot snapshot = segments.acquire()) {
            return search.run(snapshot, request);
        }
    }

    /** Visits all points in id order, as of one moment, until the visitor returns false. */
    public void scan(BiPredicate<PointId, float[]> visitor) {
        try (Lifecycle.Call _ = lifecycle.enter();
                Snapshot snapshot = segments.acquire()) {
            snapshot.view().scan(row -> {
                lifecycle.requireOpen();
                return visitor.test(row.id(), row.vector());
            });
        }
    }

    /** Trains the pipeline if needed and compresses everything into one segment. */
    public void optimize() {
        try (Lifecycle.Call _ = lifecycle.enter()) {
            sealing.sealAll();
        }
    }

    /** The state at this moment. */
    public CollectionInfo info() {
        try (Lifecycle.Call _ = lifecycle.enter();
                Snapshot snapshot = segments.acquire()) {
            long codes = 0;
            long unsealed = 0;
            long sealedPoints = 0;
            long unsealedPoints = 0;
            int count = 0;
            for (Snapshot.Part part : snapshot.parts()) {
                long live = (long) part.size() - part.segment().deletions();
                if (part.sealed()) {
                    codes += part.segment().bytes();
                    sealedPoints += live;
                    count++;
                } else {
                    unsealed += part.segment().bytes();
                    unsealedPoints += live;
                }
            }
            Map<String, Long> bytes = new LinkedHashMap<>();
            bytes.put("codes", codes);
            bytes.put("unsealed", unsealed);
            return new CollectionInfo(
                    name,
                    store.config(),
                    sealedPoints + unsealedPoints,
                    unsealedPoints,
                    count,
                    sealedPoints == 0 ? 0 : (double) codes / sealedPoints,
                    bytes,
                    reducedScore());
        }
    }

    private @Nullable String reducedScore() {
        TrainedPipeline trained = sealing.trained();
        return trained == null || trained.transform() instanceof Identity
                ? null
                : trained.transform().scoreName();
    }

    /** The budget this collection's memory is charged to. */
    public NativeMemory memory() {
        return memory;
    }

    /** Waits for calls in progress and frees all native memory; the durable points stay. */
    @Override
    public void close() {
        lifecycle.close(segments::close);
    }
}
