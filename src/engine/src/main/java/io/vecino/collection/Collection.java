package io.vecino.collection;

import io.vecino.model.CollectionConfig;
import io.vecino.model.CollectionInfo;
import io.vecino.model.Filter;
import io.vecino.model.IndexSpec;
import io.vecino.model.PayloadChange;
import io.vecino.model.Pipeline;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.ProgressListener;
import io.vecino.model.RecallSample;
import io.vecino.model.ScoredPoint;
import io.vecino.model.ScrollPage;
import io.vecino.model.ScrollRequest;
import io.vecino.model.SearchRequest;
import io.vecino.model.Selector;
import io.vecino.model.StoredPoint;
import io.vecino.model.WriteResult;
import io.vecino.payload.FieldSchema;
import io.vecino.segment.SegmentFolder;
import io.vecino.storage.Disk;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.PointStore;
import io.vecino.storage.Store;
import io.vecino.storage.StoreBatch;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Points under one name: durable writes, consistent searches, sealing in the background. Thread-safe. */
public final class Collection implements AutoCloseable {
    private static final String NOTE = "note/";

    private final String name;
    private final PointStore store;
    private final NativeMemory memory;
    private final SegmentFolder folder;
    private final Lifecycle lifecycle;
    private final SegmentSet segments;
    private final WriteQueue writes;
    private final Manifests manifests;
    private final Pipelines pipelines;
    private final Sealing sealing;
    private final EncodingChange changes;
    private final FieldSchema schema;
    private final Remembered remembered = new Remembered();
    private volatile List<RecallSample> recall = List.of();

    private Collection(String name, PointStore store, Resources resources) {
        this.name = name;
        this.store = store;
        this.memory = resources.memory;
        this.folder = resources.folder(store);
        this.lifecycle = new Lifecycle(name);
        this.schema = new FieldSchema(store.config().payloadIndexes());
        this.segments = new SegmentSet(store, schema, memory);
        this.writes = new WriteQueue(segments);
        this.manifests = new Manifests(store);
        this.pipelines = new Pipelines(store, manifests);
        SegmentBuild builds = new SegmentBuild(store.config(), folder, schema, memory, manifests, pipelines, lifecycle);
        this.sealing = new Sealing(name, segments, builds, manifests, lifecycle, resources);
        this.changes = new EncodingChange(store, folder, segments, builds, manifests, pipelines, sealing, lifecycle);
    }

    /**
     * What the collections of an engine share.
     *
     * @param data the data directory
     * @param disk that segment files are written to
     * @param memory budget that native memory is charged to
     * @param sealing runs sealing, which writers wait for
     * @param merging runs merging, which may take long
     * @param sealPoints unsealed points at which sealing starts
     */
    public record Resources(
            Path data,
            Disk disk,
            NativeMemory memory,
            ExecutorService sealing,
            ExecutorService merging,
            int sealPoints) {
        SegmentFolder folder(PointStore store) {
            return new SegmentFolder(disk, data, store.collectionId());
        }

        /** Removes the files of collections that are gone. */
        public void removeOrphans(java.util.Collection<PointStore> collections) {
            Set<Long> ids = collections.stream().map(PointStore::collectionId).collect(Collectors.toSet());
            SegmentFolder.removeOrphans(disk, data, ids);
        }
    }

    /** Opens a collection: maps its segments and reads the points that are in none. */
    public static Collection open(String name, PointStore store, Resources resources) {
        Collection collection = new Collection(name, store, resources);
        try {
            new Opening(
                            name,
                            store,
                            collection.folder,
                            collection.schema,
                            resources.memory,
                            collection.segments,
                            collection.manifests,
                            collection.pipelines,
                            collection.sealing)
                    .run();
            return collection;
        } catch (RuntimeException e) {
            collection.close();
            throw e;
        }
    }

    public String name() {
        return name;
    }

    /** What it was created with and changed to. */
    public CollectionConfig config() {
        return pipelines.config();
    }

    /** Changes how points are compressed and found. */
    public void apply(Pipeline pipeline, IndexSpec index, ProgressListener progress) {
        Encoding to = new Encoding(pipeline, index);
        CollectionConfig _ = to.in(store.config());
        try (Lifecycle.Call _ = lifecycle.enter()) {
            changes.apply(to, progress);
        }
    }

    /** Goes back to what was before the last change. */
    public void undo(ProgressListener progress) {
        try (Lifecycle.Call _ = lifecycle.enter()) {
            changes.undo(progress);
        }
    }

    /** What {@link #undo} goes back to; nothing if there was no change. */
    public Optional<CollectionConfig> previous() {
        try (Lifecycle.Call _ = lifecycle.enter()) {
            return Previous.of(store).map(previous -> previous.encoding().in(store.config()));
        }
    }

    /** Stores points, replacing those of the same id; all or nothing, durable when it returns. */
    public WriteResult upsert(List<Point> points) {
        List<NewPoint> rows = Requests.points(store.config(), schema, points);
        try (Lifecycle.Call _ = lifecycle.enter()) {
            sealing.awaitRoom();
            WriteResult result = writes.submit(Writes.upsert(rows));
            sealing.sealIfDue();
            return result;
        }
    }

    /** Removes points. */
    public WriteResult delete(Selector selector) {
        Requests.selector(selector);
        try (Lifecycle.Call _ = lifecycle.enter()) {
            return writes.submit(Writes.delete(selector, lifecycle));
        }
    }

    /** Changes payloads. */
    public WriteResult change(Selector selector, PayloadChange change) {
        Requests.selector(selector);
        try (Lifecycle.Call _ = lifecycle.enter()) {
            sealing.awaitRoom();
            WriteResult result = writes.submit(Writes.change(store.config(), schema, selector, change, lifecycle));
            sealing.sealIfDue();
            return result;
        }
    }

    /** A page of points in id order. */
    public ScrollPage scroll(ScrollRequest request) {
        try (Lifecycle.Call _ = lifecycle.enter();
                Snapshot snapshot = segments.acquire()) {
            return Reading.scroll(snapshot, request, lifecycle);
        }
    }

    /** How many points meet a filter, or how many there are. */
    public long count(@Nullable Filter filter) {
        try (Lifecycle.Call _ = lifecycle.enter();
                Snapshot snapshot = segments.acquire()) {
            return filter == null
                    ? snapshot.points()
                    : new Matching(snapshot, Filter.checked(filter), lifecycle).count();
        }
    }

    /** One point as stored. */
    public Optional<StoredPoint> get(PointId id) {
        try (Lifecycle.Call _ = lifecycle.enter();
                Snapshot snapshot = segments.acquire()) {
            return Reading.point(snapshot.view(), id);
        }
    }

    /** The k nearest points as of the last acknowledged write. */
    public List<ScoredPoint> search(SearchRequest request) {
        return search(List.of(request)).getFirst();
    }

    /** Several searches of one moment. */
    public List<List<ScoredPoint>> search(List<SearchRequest> requests) {
        for (SearchRequest request : requests) {
            if (request.vector() != null) {
                Requests.vector(store.config(), "vector", request.vector());
            }
        }
        try (Lifecycle.Call _ = lifecycle.enter();
                Snapshot snapshot = segments.acquire()) {
            return Search.runAll(store.config(), lifecycle, snapshot, requests);
        }
    }

    /** Visits all points in id order, as of one moment, until the visitor returns false. */
    public void scan(BiPredicate<PointId, float[]> visitor) {
        try (Lifecycle.Call _ = lifecycle.enter();
                Snapshot snapshot = segments.acquire()) {
            snapshot.view().scanVectors((id, vector) -> {
                lifecycle.requireOpen();
                return visitor.test(id, vector);
            });
        }
    }

    /** Lets points gather before they are sealed, until {@link #gatherNoMore} is called with the same number. */
    public void gather(int points) {
        sealing.gather(points);
    }

    /** Ends a call of {@link #gather}. */
    public void gatherNoMore(int points) {
        sealing.gatherNoMore(points);
    }

    /** Seals what is not sealed, and returns when that is done. */
    public void seal() {
        try (Lifecycle.Call _ = lifecycle.enter()) {
            sealing.seal();
        }
    }

    /** This state, held to be measured; to be closed by the same thread. */
    public Measured measured() {
        return new Measured(config(), lifecycle, segments, pipelines);
    }

    /** Some bytes that are kept with the collection; not part of any write. */
    public Optional<byte[]> note(String name) {
        try (Lifecycle.Call _ = lifecycle.enter()) {
            return store.meta(NOTE + name);
        }
    }

    /** Keeps some bytes with the collection, durably, in the place of those that were kept under the name. */
    public void note(String name, byte[] value) {
        try (Lifecycle.Call _ = lifecycle.enter();
                StoreBatch batch = store.batch()) {
            batch.putMeta(NOTE + name, value);
            batch.commitSynced();
        }
    }

    /** Has a listener told what was done to segments: {@code seal}, {@code merge}, {@code optimize}, {@code apply}, {@code undo}. */
    public void onChange(Consumer<String> changed) {
        sealing.onChange(changed);
    }

    /** What {@link #recall} gives from here on. */
    public void measured(List<RecallSample> series) {
        recall = List.copyOf(series);
    }

    /** The measurements of the watched probes, oldest first. */
    public List<RecallSample> recall() {
        return recall;
    }

    /** What was computed under a key before, or is now; only the last few are kept. */
    public <T> T remember(Object key, Class<T> type, Supplier<T> computation) {
        return remembered.get(key, type, computation);
    }

    /** Trains the pipeline if needed and compresses everything into one segment. */
    public void optimize() {
        try (Lifecycle.Call _ = lifecycle.enter()) {
            sealing.optimize();
        }
    }

    /** The state at this moment. */
    public CollectionInfo info() {
        try (Lifecycle.Call _ = lifecycle.enter();
                Snapshot snapshot = segments.acquire()) {
            return Information.of(name, config(), snapshot, pipelines.current(), recall, sealing.jobs());
        }
    }

    /**
     * Copies the state of one moment into a folder.
     *
     * @param staging empty, on the file system of the data directory
     */
    public Backup backup(Store database, Path staging) {
        try (Lifecycle.Call _ = lifecycle.enter();
                SegmentFolder.Hold _ = folder.hold()) {
            return Backup.take(name, store.collectionId(), database, folder, staging);
        }
    }

    /** The budget this collection's memory is charged to. */
    public NativeMemory memory() {
        return memory;
    }

    /** Removes the segment files of a closed collection. */
    public void removeFiles() {
        folder.removeAll();
    }

    /** Waits for calls in progress and frees all native memory; the durable points stay. */
    @Override
    public void close() {
        lifecycle.close(segments::close);
    }
}
