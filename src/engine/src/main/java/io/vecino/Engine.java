package io.vecino;

import io.vecino.collection.Backup;
import io.vecino.collection.Collection;
import io.vecino.measure.Watching;
import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.MemoryReport;
import io.vecino.model.ProgressListener;
import io.vecino.model.RecallListener;
import io.vecino.model.RecallWatch;
import io.vecino.storage.Disk;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.PointStore;
import io.vecino.storage.SnapshotManifest;
import io.vecino.storage.Staging;
import io.vecino.storage.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.regex.Pattern;

/**
 * A database in a directory. Thread-safe; one engine per directory at a time.
 *
 * {@snippet :
 * try (Engine engine = Engine.open(Path.of("data"))) {
 *     var config = CollectionConfig.of(384, Metric.COSINE).with(Pipeline.parse("pca:192/int8"));
 *     EngineCollection docs = engine.create("docs", config);
 *     docs.upsert(List.of(new Point(PointId.of(1), vector, Payload.EMPTY)));
 *     List<ScoredPoint> hits = docs.search(SearchRequest.of(query, 10));
 * }
 * }
 */
public final class Engine implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private static final String STAGING = "staging";

    private final Store store;
    private final ExecutorService sealing = oneThread("vecino-sealing");
    private final ExecutorService merging = oneThread("vecino-merging");
    private final Collection.Resources resources;
    private final TreeMap<String, Watched> collections = new TreeMap<>();
    private final RecallWatch recallWatch;
    private final List<RecallListener> recallListeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService measuring = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("vecino-recall").factory());
    private final Staging staging;
    private final Path snapshots;
    private boolean closed;

    private Engine(EngineConfig config, NativeMemory memory, Store store, Disk disk) {
        this.store = store;
        this.snapshots = config.snapshots();
        this.recallWatch = config.recallWatch();
        this.staging = new Staging(config.directory().resolve(STAGING));
        this.resources =
                new Collection.Resources(config.directory(), disk, memory, sealing, merging, config.sealPoints());
    }

    /** A collection, and the watch over its recall. */
    private record Watched(Collection collection, Watching recall) {}

    private Watched watched(Collection collection, String event) {
        Watching recall = new Watching(
                collection,
                recallWatch,
                measuring,
                (name, sample) -> recallListeners.forEach(listener -> listener.measured(name, sample)),
                Clock.systemUTC());
        recall.changed(event);
        return new Watched(collection, recall);
    }

    private static ExecutorService oneThread(String name) {
        return Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name(name).factory());
    }

    /** Opens a directory with default settings. */
    public static Engine open(Path directory) {
        return open(EngineConfig.of(directory));
    }

    /**
     * Opens a directory and loads its collections.
     *
     * @throws EngineException.StorageFailure if it is in use by another process, unreadable or damaged
     */
    public static Engine open(EngineConfig config) {
        return open(config, Disk.LOCAL);
    }

    /** Opens a directory whose segment files are written through a disk of the caller's. */
    static Engine open(EngineConfig config, Disk disk) {
        NativeMemory memory = new NativeMemory(config.memoryLimit());
        Engine engine = new Engine(config, memory, Store.open(config.directory(), memory), disk);
        try {
            engine.staging.clear();
            engine.resources.removeOrphans(engine.store.collections().values());
            for (Map.Entry<String, PointStore> entry :
                    engine.store.collections().entrySet()) {
                engine.load(entry.getKey(), entry.getValue());
            }
            return engine;
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    private Watched load(String name, PointStore points) {
        Watched loaded = watched(Collection.open(name, points, resources), "open");
        collections.put(name, loaded);
        return loaded;
    }

    private static EngineCollection door(Watched watched) {
        return new EngineCollection(watched.collection, watched.recall);
    }

    /** Has a listener told of every measurement of the {@linkplain EngineConfig#recallWatch watched} recall from here on. */
    public void onRecall(RecallListener listener) {
        recallListeners.add(listener);
    }

    /**
     * Creates a collection, durably.
     *
     * @param name letters, digits, {@code _} and {@code -}, 1 to 64 of them
     * @throws EngineException.Conflict if the name is taken
     */
    public synchronized EngineCollection create(String name, CollectionConfig collectionConfig) {
        requireOpen();
        return door(load(checked("name", name), store.create(name, collectionConfig)));
    }

    /** A name that can be part of a path. */
    static String checked(String field, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new EngineException.InvalidArgument(field, NAME.pattern(), name);
        }
        return name;
    }

    /**
     * A collection by name.
     *
     * @throws EngineException.NotFound if there is none
     */
    public synchronized EngineCollection collection(String name) {
        requireOpen();
        return door(find(name));
    }

    private Watched find(String name) {
        Watched collection = collections.get(name);
        if (collection == null) {
            throw new EngineException.NotFound("collection", name);
        }
        return collection;
    }

    /** The names of all collections, sorted. */
    public synchronized List<String> collections() {
        requireOpen();
        return List.copyOf(collections.keySet());
    }

    /**
     * Deletes a collection and its points, durably, once the calls in progress on it have ended.
     *
     * @throws EngineException.NotFound if there is none
     */
    public synchronized void delete(String name) {
        requireOpen();
        Collection collection = find(name).collection;
        collection.close();
        collections.remove(name);
        store.delete(name);
        collection.removeFiles();
    }

    /** The native memory in use, and the budget. */
    public MemoryReport memory() {
        return resources.memory().report();
    }

    /** Snapshots in the folder that the engine was opened with. */
    public EngineSnapshots snapshots() {
        return snapshots(snapshots);
    }

    /** Snapshots in a folder, created with the first one. */
    public EngineSnapshots snapshots(Path folder) {
        return new EngineSnapshots(this, folder);
    }

    /** Copies a collection's state to where the caller takes it from. */
    <T> T backup(String name, Staging.Use<Backup, T> use) throws IOException {
        Collection source;
        synchronized (this) {
            requireOpen();
            source = find(name).collection;
        }
        return staging.with(folder -> use.apply(source.backup(store, folder)));
    }

    /** Makes a collection of a verified snapshot. */
    EngineCollection restore(
            Path snapshot, SnapshotManifest manifest, String name, boolean replace, ProgressListener progress) {
        try {
            return staging.with(folder -> {
                PointStore restored = Backup.restore(snapshot, manifest, store, resources, folder, progress);
                Collection collection = null;
                try {
                    collection = Collection.open(name, restored, resources);
                    return publish(collection, restored, replace);
                } catch (RuntimeException e) {
                    if (collection != null) {
                        collection.close();
                    }
                    Backup.discard(restored, store, resources);
                    throw e;
                }
            });
        } catch (IOException e) {
            throw Disk.failure("cannot restore", snapshot, e);
        }
    }

    private EngineCollection publish(Collection collection, PointStore points, boolean replace) {
        PointStore oldPoints;
        Watched old;
        Watched restored;
        synchronized (this) {
            requireOpen();
            old = collections.get(collection.name());
            if (old != null && !replace) {
                throw new EngineException.Conflict("collection exists: " + collection.name());
            }
            oldPoints = store.collections().get(collection.name());
            store.publish(collection.name(), points);
            restored = watched(collection, "restore");
            collections.put(collection.name(), restored);
        }
        if (old != null && oldPoints != null) {
            old.collection.close();
            Backup.discard(oldPoints, store, resources);
        }
        return door(restored);
    }

    private void requireOpen() {
        if (closed) {
            throw new EngineException.Unavailable("the engine is closed");
        }
    }

    /** Waits for calls in progress, then releases everything; later calls throw {@link EngineException.Unavailable}. */
    @Override
    public void close() {
        staging.close();
        closeAll();
    }

    private synchronized void closeAll() {
        if (closed) {
            return;
        }
        closed = true;
        measuring.shutdownNow();
        collections.values().forEach(watched -> watched.collection.close());
        sealing.close();
        merging.close();
        measuring.close();
        store.close();
    }
}
