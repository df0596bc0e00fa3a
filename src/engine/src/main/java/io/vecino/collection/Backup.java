package io.vecino.collection;

import io.vecino.model.EngineException;
import io.vecino.model.ProgressListener;
import io.vecino.segment.SegmentFolder;
import io.vecino.storage.DetachedStore;
import io.vecino.storage.Disk;
import io.vecino.storage.PointStore;
import io.vecino.storage.SnapshotManifest;
import io.vecino.storage.SnapshotTransfer;
import io.vecino.storage.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A collection in a folder of its own, and back. The folder holds {@code rocksdb/}, the collection's part of a checkpoint, and
 * {@code segments/}, the files of the segments that the manifest in that checkpoint names.
 */
public final class Backup {
    private static final Logger LOG = LoggerFactory.getLogger(Backup.class);
    private static final String ROCKSDB = "rocksdb";
    private static final String SEGMENTS = "segments";

    private final long collectionId;
    private final long points;
    private final Path files;

    private Backup(DetachedStore.Cut cut, Path files) {
        this.collectionId = cut.collectionId();
        this.points = cut.points();
        this.files = files;
    }

    /**
     * Copies the state of one moment; reads, writes, sealing and merging go on.
     *
     * @param folder of the segments, whose files must not be removed meanwhile
     * @param staging an empty folder, where the file system can make hard links to the data directory
     */
    static Backup take(String collection, long id, Store store, SegmentFolder folder, Path staging) {
        try {
            Path files = Files.createDirectory(staging.resolve("files"));
            Path logs = Files.createDirectory(staging.resolve("logs"));
            store.checkpoint(files.resolve(ROCKSDB));
            DetachedStore.Cut cut = DetachedStore.cut(files.resolve(ROCKSDB), logs, collection, Manifest.NAME);
            if (cut.collectionId() != id) {
                throw new EngineException.Conflict("collection " + collection + " was replaced meanwhile");
            }
            Manifest manifest = cut.manifest().map(Manifest::decode).orElse(Manifest.EMPTY);
            folder.linkInto(files.resolve(SEGMENTS), manifest.numbers());
            return new Backup(cut, files);
        } catch (IOException e) {
            throw Disk.failure("cannot write", staging, e);
        }
    }

    /**
     * Moves it into a snapshot.
     *
     * @param earlier snapshots to share files with
     */
    public SnapshotManifest into(Path snapshot, String collection, List<Path> earlier, ProgressListener progress)
            throws IOException {
        SnapshotTransfer.Transferred moved = SnapshotTransfer.into(snapshot, files, earlier, progress);
        return new SnapshotManifest(
                collection,
                collectionId,
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                points,
                moved.added(),
                moved.files());
    }

    /**
     * Copies a snapshot into a data directory, where no name leads to it yet.
     *
     * @param logs a folder that RocksDB may write to
     */
    public static PointStore restore(
            Path snapshot,
            SnapshotManifest manifest,
            Store store,
            Collection.Resources resources,
            Path logs,
            ProgressListener progress) {
        try (DetachedStore source = DetachedStore.read(snapshot.resolve(ROCKSDB), logs)) {
            PointStore target = store.prepare(source.config());
            try {
                long[] rows = {0};
                LongConsumer copied = count -> {
                    rows[0] += count;
                    // Two rows per point are all but all rows: its vector and the rest of it.
                    progress.at("restore", Math.min(1, rows[0] / (2.0 * Math.max(1, manifest.points()))));
                };
                source.copyTo(target, copied);
                Manifest segments =
                        target.meta(Manifest.NAME).map(Manifest::decode).orElse(Manifest.EMPTY);
                resources.folder(target).adopt(snapshot.resolve(SEGMENTS), manifest.id(), segments.numbers());
                return target;
            } catch (RuntimeException e) {
                discard(target, store, resources);
                throw e;
            }
        }
    }

    /** Drops what no name leads to. */
    public static void discard(PointStore restored, Store store, Collection.Resources resources) {
        resources.folder(restored).removeAll();
        try {
            store.discard(restored);
        } catch (EngineException e) {
            // The next opening of the directory drops it.
            LOG.warn("not dropped now", e);
        }
    }
}
