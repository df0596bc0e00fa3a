package io.vecino.storage;

import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BloomFilter;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The RocksDB of a data directory: the source of truth. The default column family maps collection names to their
 * metadata; each collection has {@link Families} of its own, named by a generated number and never by the user.
 *
 * <p>The caller makes sure that no {@link PointStore} is in use when its collection is deleted or the store closed.
 */
public final class Store implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Store.class);
    private static final String FOLDER = "rocksdb";
    private static final String QUARANTINE = "quarantine";
    private static final double BLOOM_BITS = 10;

    private final RocksMemory memory;
    private final BloomFilter filter = new BloomFilter(BLOOM_BITS);
    private final ColumnFamilyOptions rowOptions;
    private final ColumnFamilyOptions vectorOptions;
    private final DBOptions databaseOptions = Rocks.databaseOptions();
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final DirectoryLock lock;
    private final RocksDB database;
    private final Map<String, ColumnFamilyHandle> families = new HashMap<>();
    private final TreeMap<String, PointStore> collections = new TreeMap<>();
    private long nextCollectionId = 1;

    private Store(Path directory, DirectoryLock lock, NativeMemory budget) throws RocksDBException, IOException {
        this.lock = lock;
        this.memory = new RocksMemory(budget);
        this.rowOptions = Rocks.familyOptions(memory, filter, false);
        this.vectorOptions = Rocks.familyOptions(memory, filter, true);
        databaseOptions.setWriteBufferManager(memory.writeBuffers());
        Path folder = Files.createDirectories(directory.resolve(FOLDER));
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        try (Options options = new Options()) {
            for (byte[] name : RocksDB.listColumnFamilies(options, folder.toString())) {
                descriptors.add(new ColumnFamilyDescriptor(name, options(Families.name(name))));
            }
        }
        if (descriptors.isEmpty()) {
            descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, rowOptions));
        }
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        database = RocksDB.open(databaseOptions, folder.toString(), descriptors, handles);
        for (int i = 0; i < handles.size(); i++) {
            families.put(Families.name(descriptors.get(i).getName()), handles.get(i));
        }
    }

    private ColumnFamilyOptions options(String family) {
        return Families.ofVectors(family) ? vectorOptions : rowOptions;
    }

    /**
     * Opens a data directory, creating it if absent, and drops what an interrupted create or delete left behind.
     *
     * @param memory charged with RocksDB's caches
     * @throws EngineException.StorageFailure if another engine has it open, or it is unreadable or damaged
     */
    public static Store open(Path directory, NativeMemory memory) {
        RocksDB.loadLibrary();
        DirectoryLock lock = null;
        Store store = null;
        try {
            lock = DirectoryLock.take(directory);
            recovery(directory).run();
            store = new Store(directory, lock, memory);
            store.readCollections();
            store.dropOrphans();
            return store;
        } catch (RocksDBException e) {
            closeAfterFailure(store, lock);
            throw Rocks.failure("data directory " + directory, e);
        } catch (IOException e) {
            closeAfterFailure(store, lock);
            throw new EngineException.StorageFailure("data directory " + directory + ": " + e, e);
        } catch (EngineException e) {
            closeAfterFailure(store, lock);
            throw e;
        }
    }

    /**
     * Damage in the logs of a data directory that is not open, for which it cannot be opened; in words.
     *
     * @throws EngineException.StorageFailure if an engine has it open, or it cannot be read
     */
    public static List<String> logProblems(Path directory) {
        return withLogs(directory, LogRecovery::problems);
    }

    /** Sets the logs aside from the first damage on, so that it can be opened; returns what was done, in words. */
    public static List<String> repairLogs(Path directory) {
        return withLogs(directory, LogRecovery::repair);
    }

    @FunctionalInterface
    private interface LogWork {
        List<String> run(LogRecovery recovery) throws IOException;
    }

    private static List<String> withLogs(Path directory, LogWork work) {
        try (DirectoryLock _ = DirectoryLock.take(directory)) {
            return work.run(recovery(directory));
        } catch (IOException e) {
            throw new EngineException.StorageFailure("data directory " + directory + ": " + e, e);
        }
    }

    private static LogRecovery recovery(Path directory) throws IOException {
        return new LogRecovery(directory.resolve(FOLDER), directory.resolve(QUARANTINE));
    }

    private static void closeAfterFailure(@Nullable Store store, @Nullable DirectoryLock lock) {
        if (store != null) {
            store.close();
        } else if (lock != null) {
            lock.close();
        }
    }

    private void readCollections() throws RocksDBException {
        try (RocksIterator iterator = database.newIterator()) {
            for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
                String name = new String(iterator.key(), StandardCharsets.UTF_8);
                ConfigText text = ConfigText.decode(name, iterator.value());
                Families own = Families.find(families, text.collectionId());
                if (own == null) {
                    throw new EngineException.StorageFailure(
                            "collection " + name + ": a column family is missing, expected "
                                    + Families.names(text.collectionId()),
                            null);
                }
                collections.put(name, new PointStore(database, own, text));
                nextCollectionId = Math.max(nextCollectionId, text.collectionId() + 1);
            }
            // An iterator ends where it cannot read on; families of collections it did not reach would be dropped.
            iterator.status();
        }
    }

    private void dropOrphans() throws RocksDBException {
        List<String> orphans = new ArrayList<>(families.keySet());
        orphans.remove(new String(RocksDB.DEFAULT_COLUMN_FAMILY, StandardCharsets.UTF_8));
        for (PointStore collection : collections.values()) {
            orphans.removeAll(Families.names(collection.collectionId()));
        }
        for (String orphan : orphans) {
            nextCollectionId = Math.max(nextCollectionId, idOf(orphan) + 1);
            drop(orphan);
        }
    }

    private static long idOf(String family) {
        String digits = family.substring(family.indexOf('-') + 1);
        return digits.chars().allMatch(Character::isDigit) && !digits.isEmpty() ? Long.parseLong(digits) : 0;
    }

    /** The collections by name. */
    public synchronized Map<String, PointStore> collections() {
        return Map.copyOf(collections);
    }

    /**
     * Creates a collection, durably.
     *
     * @throws EngineException.Conflict if the name is taken
     */
    public synchronized PointStore create(String name, CollectionConfig config) {
        requireFree(name);
        PointStore created = prepare(config);
        publish(name, created);
        return created;
    }

    private void requireFree(String name) {
        if (collections.containsKey(name)) {
            throw new EngineException.Conflict("collection exists: " + name);
        }
    }

    /**
     * Makes room for a collection that no name leads to. Unless it is published, opening the directory drops it.
     *
     * @return to be given to {@link #publish} or {@link #discard}
     */
    public synchronized PointStore prepare(CollectionConfig config) {
        ConfigText text = new ConfigText(nextCollectionId++, config);
        try {
            for (String family : Families.names(text.collectionId())) {
                families.put(
                        family,
                        database.createColumnFamily(
                                new ColumnFamilyDescriptor(family.getBytes(StandardCharsets.UTF_8), options(family))));
            }
            Families own = Objects.requireNonNull(Families.find(families, text.collectionId()));
            return new PointStore(database, own, text);
        } catch (RocksDBException e) {
            throw Rocks.failure("creating a collection", e);
        }
    }

    /** Gives a prepared collection a name, durably; the one that had it before is to be discarded. */
    public synchronized void publish(String name, PointStore prepared) {
        try {
            database.put(synced, name.getBytes(StandardCharsets.UTF_8), prepared.encodedConfig());
        } catch (RocksDBException e) {
            throw Rocks.failure("creating collection " + name, e);
        }
        collections.put(name, prepared);
    }

    /** Drops a collection that no name leads to. */
    public synchronized void discard(PointStore collection) {
        collection.close();
        try {
            for (String family : Families.names(collection.collectionId())) {
                drop(family);
            }
        } catch (RocksDBException e) {
            throw Rocks.failure("dropping collection " + collection.collectionId(), e);
        }
    }

    /**
     * Writes a consistent copy of the database, by hard links where they can be made.
     *
     * @param folder must not exist
     */
    public void checkpoint(Path folder) {
        try (Checkpoint checkpoint = Checkpoint.create(database)) {
            checkpoint.createCheckpoint(folder.toString());
        } catch (RocksDBException e) {
            throw Rocks.failure("checkpoint in " + folder, e);
        }
    }

    /**
     * Deletes a collection, durably.
     *
     * @throws EngineException.NotFound if there is none of that name
     */
    public synchronized void delete(String name) {
        PointStore collection = collections.get(name);
        if (collection == null) {
            throw new EngineException.NotFound("collection", name);
        }
        try {
            database.delete(synced, name.getBytes(StandardCharsets.UTF_8));
        } catch (RocksDBException e) {
            throw Rocks.failure("deleting collection " + name, e);
        }
        collections.remove(name);
        discard(collection);
    }

    private void drop(String family) throws RocksDBException {
        try (ColumnFamilyHandle handle = families.remove(family)) {
            if (handle != null) {
                database.dropColumnFamily(handle);
            }
        }
    }

    /**
     * Reads all tables and compares their checksums.
     *
     * @throws EngineException.StorageFailure naming the file that is damaged
     */
    public void verifyChecksums() {
        try {
            database.verifyChecksum();
        } catch (RocksDBException e) {
            throw Rocks.failure("verifying the database", e);
        }
    }

    /** Leaves nothing in the log, so that the next opening is quick. */
    private void flush() {
        try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
            database.flush(options, List.copyOf(families.values()));
        } catch (RocksDBException e) {
            LOG.warn("not flushed; the next opening replays the log", e);
        }
    }

    @Override
    public synchronized void close() {
        flush();
        collections.values().forEach(PointStore::close);
        families.values().forEach(ColumnFamilyHandle::close);
        database.close();
        synced.close();
        databaseOptions.close();
        rowOptions.close();
        vectorOptions.close();
        filter.close();
        memory.close();
        lock.close();
    }
}
