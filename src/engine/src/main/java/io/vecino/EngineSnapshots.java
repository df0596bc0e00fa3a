package io.vecino;

import io.vecino.model.EngineException;
import io.vecino.model.ProgressListener;
import io.vecino.model.SnapshotInfo;
import io.vecino.storage.SnapshotFolder;
import io.vecino.storage.SnapshotManifest;
import io.vecino.storage.SnapshotTransfer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * Snapshots of an open {@link Engine}'s collections in a folder: {@code <folder>/<collection>/<snapshot>}. They stay when the
 * collection is deleted, and share the files that did not change between them. Thread-safe; one snapshot of a collection is
 * written to a folder at a time.
 *
 * <p>On the file system of the data directory, files are hard links to those of the engine, which are never changed once
 * written. For a copy that survives the loss of that disk, choose a folder on another one.
 */
public final class EngineSnapshots {
    /** The task that a restore begins with, as {@link ProgressListener} is told. */
    public static final String VERIFY = SnapshotTransfer.VERIFY;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);

    private final Engine engine;
    private final Path folder;

    EngineSnapshots(Engine engine, Path folder) {
        this.engine = engine;
        this.folder = folder;
    }

    private SnapshotFolder of(String collection) {
        return new SnapshotFolder(folder.resolve(Engine.checked("collection", collection)));
    }

    /** A name that says when a snapshot was taken. */
    public static String newName() {
        return TIME.format(Instant.now());
    }

    /** The same under a {@linkplain #newName new name}. */
    public SnapshotInfo create(String collection) {
        return create(collection, newName(), ProgressListener.NONE);
    }

    /**
     * Fails where {@link #create} would fail at once.
     *
     * @throws EngineException.InvalidArgument if it is no name
     * @throws EngineException.Conflict if it is taken
     */
    public void requireFree(String collection, String name) {
        of(collection).requireFree(Engine.checked("name", name));
    }

    /**
     * Takes a snapshot of a collection as of one moment, while reads and writes go on. Durable when it returns; nothing is left
     * of one that fails.
     *
     * @param name letters, digits, {@code _} and {@code -}, 1 to 64 of them
     * @throws EngineException.NotFound if there is no such collection
     * @throws EngineException.Conflict if the name is taken, or another snapshot of the collection is being written
     * @throws EngineException.ResourceExhausted if a disk is full
     */
    public SnapshotInfo create(String collection, String name, ProgressListener progress) {
        SnapshotFolder target = of(collection);
        Engine.checked("name", name);
        engine.collection(collection);
        return target.add(
                name,
                (to, earlier) -> engine.backup(collection, staged -> staged.into(to, collection, earlier, progress)));
    }

    /**
     * One snapshot.
     *
     * @throws EngineException.NotFound if there is none of that name
     * @throws EngineException.InvalidArgument if its manifest is damaged
     */
    public SnapshotInfo get(String collection, String snapshot) {
        Path found = of(collection).find(Engine.checked("snapshot", snapshot));
        return SnapshotManifest.read(found).info(snapshot);
    }

    /** The snapshots of a collection, oldest first. */
    public List<SnapshotInfo> list(String collection) {
        return of(collection).list();
    }

    /**
     * Makes a collection of a snapshot, while other collections are read and written. Every file is compared with its SHA-256
     * before anything is done; the collection appears at once and whole, or not at all.
     *
     * @param as its name
     * @param replace whether it may take the place of a collection of that name, which is then deleted
     * @throws EngineException.NotFound if there is no such snapshot
     * @throws EngineException.InvalidArgument naming the first file of the snapshot that is missing, cut short or changed
     * @throws EngineException.Conflict if the name is taken and {@code replace} is false
     */
    public EngineCollection restore(
            String collection, String snapshot, String as, boolean replace, ProgressListener progress) {
        Path source = of(collection).find(Engine.checked("snapshot", snapshot));
        boolean taken = engine.collections().contains(Engine.checked("collection", as));
        if (taken && !replace) {
            throw new EngineException.Conflict("collection exists: " + as);
        }
        SnapshotManifest manifest = SnapshotManifest.read(source);
        SnapshotTransfer.verify(source, manifest, progress);
        return engine.restore(source, manifest, as, replace, progress);
    }

    /**
     * Removes a snapshot.
     *
     * @throws EngineException.NotFound if there is none of that name
     */
    public void delete(String collection, String snapshot) {
        of(collection).delete(Engine.checked("snapshot", snapshot));
    }
}
