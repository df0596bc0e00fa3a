package io.vecino.storage;

import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** The RocksDB of one collection in a folder of its own, as a snapshot has it. For one thread. */
public final class DetachedStore implements AutoCloseable {
    private static final long BATCH_BYTES = 4 << 20;

    private final DBOptions databaseOptions = Rocks.databaseOptions();
    private final ColumnFamilyOptions familyOptions = new ColumnFamilyOptions()
            .setDisableAutoCompactions(true)
            .setWriteBufferSize(BATCH_BYTES)
            .setTableFormatConfig(new BlockBasedTableConfig().setNoBlockCache(true));
    private final Map<String, ColumnFamilyHandle> handles = new HashMap<>();
    private final RocksDB database;

    private DetachedStore(Path folder, Path logs, boolean readOnly) throws RocksDBException {
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        try (Options options = new Options()) {
            for (byte[] name : RocksDB.listColumnFamilies(options, folder.toString())) {
                descriptors.add(new ColumnFamilyDescriptor(name, familyOptions));
            }
        }
        databaseOptions.setCreateIfMissing(false).setDbLogDir(logs.toString());
        List<ColumnFamilyHandle> opened = new ArrayList<>();
        database = readOnly
                ? RocksDB.openReadOnly(databaseOptions, folder.toString(), descriptors, opened)
                : RocksDB.open(databaseOptions, folder.toString(), descriptors, opened);
        for (int i = 0; i < opened.size(); i++) {
            handles.put(Families.name(descriptors.get(i).getName()), opened.get(i));
        }
    }

    private static DetachedStore open(Path folder, Path logs, boolean readOnly) {
        RocksDB.loadLibrary();
        try {
            return new DetachedStore(folder, logs, readOnly);
        } catch (RocksDBException e) {
            throw Rocks.failure("opening " + folder, e);
        }
    }

    /**
     * Opens the database of a snapshot; its folder is only read.
     *
     * @param logs where RocksDB may write what it does
     */
    public static DetachedStore read(Path folder, Path logs) {
        return open(folder, logs, true);
    }

    /**
     * What is left of a checkpoint.
     *
     * @param manifest of the collection, if it has one
     */
    public record Cut(long collectionId, long points, Optional<byte[]> manifest) {}

    /** Removes everything that is not of one collection from a checkpoint, of which nothing else has a part in the files. */
    public static Cut cut(Path folder, Path logs, String collection, String manifestName) {
        try {
            try (DetachedStore store = open(folder, logs, false)) {
                store.keepOnly(collection, store.text(collection));
            }
            Set<String> live;
            Cut cut;
            // Only a database that was just opened knows of no files that are needed no more.
            try (DetachedStore store = open(folder, logs, false)) {
                ConfigText text = store.text(collection);
                Families own = store.families(text);
                cut = new Cut(text.collectionId(), store.count(own.points()), store.meta(own, manifestName));
                live = store.liveFiles();
            }
            for (Path file : FileTree.files(folder)) {
                if (!live.contains(file.getFileName().toString())) {
                    Files.delete(file);
                }
            }
            return cut;
        } catch (RocksDBException e) {
            throw Rocks.failure("reading the checkpoint of " + collection, e);
        } catch (IOException e) {
            throw Disk.failure("cannot write", folder, e);
        }
    }

    private ConfigText text(String collection) throws RocksDBException {
        byte[] value = database.get(names(), collection.getBytes(StandardCharsets.UTF_8));
        if (value == null) {
            throw new EngineException.NotFound("collection", collection);
        }
        return ConfigText.decode(collection, value);
    }

    private ColumnFamilyHandle names() {
        return Objects.requireNonNull(handles.get(Families.name(RocksDB.DEFAULT_COLUMN_FAMILY)));
    }

    private Families families(ConfigText text) {
        Families own = Families.find(handles, text.collectionId());
        if (own == null) {
            throw new EngineException.StorageFailure(
                    "a column family is missing, expected " + Families.names(text.collectionId()), null);
        }
        return own;
    }

    private void keepOnly(String collection, ConfigText text) throws RocksDBException {
        Set<String> kept = new HashSet<>(Families.names(text.collectionId()));
        kept.add(Families.name(RocksDB.DEFAULT_COLUMN_FAMILY));
        for (String family : List.copyOf(handles.keySet())) {
            if (!kept.contains(family)) {
                try (ColumnFamilyHandle handle = Objects.requireNonNull(handles.remove(family))) {
                    database.dropColumnFamily(handle);
                }
            }
        }
        List<byte[]> others = new ArrayList<>();
        try (RocksIterator iterator = database.newIterator(names())) {
            for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
                if (!new String(iterator.key(), StandardCharsets.UTF_8).equals(collection)) {
                    others.add(iterator.key());
                }
            }
            iterator.status();
        }
        for (byte[] other : others) {
            database.delete(names(), other);
        }
        if (!others.isEmpty()) {
            // The names of other collections must not stay in the files.
            try (CompactRangeOptions options = new CompactRangeOptions()
                    .setBottommostLevelCompaction(CompactRangeOptions.BottommostLevelCompaction.kForce)) {
                database.compactRange(names(), null, null, options);
            }
        }
        try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
            database.flush(options, List.copyOf(handles.values()));
        }
    }

    /** Names of the files that make up the database; how RocksDB was set up is not among them. */
    private Set<String> liveFiles() throws RocksDBException {
        Set<String> names = new HashSet<>();
        for (String path : database.getLiveFiles(false).files) {
            String name = path.substring(path.lastIndexOf('/') + 1);
            if (!name.startsWith("OPTIONS")) {
                names.add(name);
            }
        }
        return names;
    }

    private long count(ColumnFamilyHandle family) throws RocksDBException {
        try (ReadOptions options = new ReadOptions().setFillCache(false);
                RocksIterator iterator = database.newIterator(family, options)) {
            long count = 0;
            for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
                count++;
            }
            iterator.status();
            return count;
        }
    }

    private Optional<byte[]> meta(Families own, String name) throws RocksDBException {
        return Optional.ofNullable(database.get(own.meta(), name.getBytes(StandardCharsets.UTF_8)));
    }

    /** What the only collection was created with. */
    public CollectionConfig config() {
        try {
            return only().config();
        } catch (RocksDBException e) {
            throw Rocks.failure("reading the collection of a snapshot", e);
        }
    }

    private ConfigText only() throws RocksDBException {
        try (RocksIterator iterator = database.newIterator(names())) {
            iterator.seekToFirst();
            iterator.status();
            if (!iterator.isValid()) {
                throw new EngineException.StorageFailure("the snapshot holds no collection", null);
            }
            return ConfigText.decode(new String(iterator.key(), StandardCharsets.UTF_8), iterator.value());
        }
    }

    /**
     * Copies everything into the families of a collection that is not published yet; durable when it returns.
     *
     * @param progress told the points of each step
     */
    public void copyTo(PointStore target, LongConsumer progress) {
        try {
            List<ColumnFamilyHandle> from = families(only()).all();
            List<ColumnFamilyHandle> to = target.families().all();
            for (int i = 0; i < from.size(); i++) {
                copy(from.get(i), target, to.get(i), progress);
            }
            target.flush();
        } catch (RocksDBException e) {
            throw Rocks.failure("copying the points of a snapshot", e);
        }
    }

    private void copy(ColumnFamilyHandle from, PointStore target, ColumnFamilyHandle to, LongConsumer progress)
            throws RocksDBException {
        try (ReadOptions options = new ReadOptions().setFillCache(false);
                RocksIterator iterator = database.newIterator(from, options);
                WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
                WriteBatch batch = new WriteBatch()) {
            for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
                batch.put(to, iterator.key(), iterator.value());
                if (batch.getDataSize() >= BATCH_BYTES) {
                    write(target, unlogged, batch, progress);
                }
            }
            iterator.status();
            write(target, unlogged, batch, progress);
        }
    }

    private static void write(PointStore target, WriteOptions unlogged, WriteBatch batch, LongConsumer progress)
            throws RocksDBException {
        target.write(unlogged, batch);
        progress.accept(batch.count());
        batch.clear();
    }

    @Override
    public void close() {
        handles.values().forEach(ColumnFamilyHandle::close);
        database.close();
        databaseOptions.close();
        familyOptions.close();
    }
}
