package io.vecino.storage;

import io.vecino.model.CollectionConfig;
import io.vecino.model.Durability;
import io.vecino.model.EngineException;
import io.vecino.model.PointId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** The durable points of one collection: id → sequence, original vector, payload. Reads are thread-safe. */
public final class PointStore {
    private static final byte[] SEQUENCE = "sequence".getBytes(StandardCharsets.UTF_8);

    private final RocksDB database;
    private final ColumnFamilyHandle points;
    private final ColumnFamilyHandle meta;
    private final ConfigText text;
    private final WriteOptions writeOptions;

    PointStore(RocksDB database, ColumnFamilyHandle points, ColumnFamilyHandle meta, ConfigText text) {
        this.database = database;
        this.points = points;
        this.meta = meta;
        this.text = text;
        this.writeOptions = new WriteOptions().setSync(text.config().durability() == Durability.FSYNC);
    }

    long collectionId() {
        return text.collectionId();
    }

    /** What the collection was created with. */
    public CollectionConfig config() {
        return text.config();
    }

    /** Sequence number of the last write; 0 before the first. */
    public long lastSequence() {
        return meta(SEQUENCE).map(bytes -> ByteBuffer.wrap(bytes).getLong()).orElse(0L);
    }

    /**
     * Stores and removes points in one atomic batch, durable as configured when it returns.
     *
     * @throws EngineException.ResourceExhausted if the disk is full; nothing is applied
     * @throws EngineException.StorageFailure on any other failure; nothing is applied
     */
    public void write(List<StoredRow> rows, List<PointId> removed, long sequence) {
        try (WriteBatch batch = new WriteBatch()) {
            for (StoredRow row : rows) {
                batch.put(points, PointKey.encode(row.id()), row.encodeValue());
            }
            for (PointId id : removed) {
                batch.delete(points, PointKey.encode(id));
            }
            batch.put(
                    meta,
                    SEQUENCE,
                    ByteBuffer.allocate(Long.BYTES).putLong(sequence).array());
            database.write(writeOptions, batch);
        } catch (RocksDBException e) {
            throw Rocks.failure("writing points", e);
        }
    }

    /** Stores a named piece of the collection's metadata, synced. */
    public void putMeta(String key, byte[] value) {
        try (WriteOptions synced = new WriteOptions().setSync(true)) {
            database.put(meta, synced, key.getBytes(StandardCharsets.UTF_8), value);
        } catch (RocksDBException e) {
            throw Rocks.failure("writing metadata " + key, e);
        }
    }

    /** A named piece of the collection's metadata. */
    public Optional<byte[]> meta(String key) {
        return meta(key.getBytes(StandardCharsets.UTF_8));
    }

    private Optional<byte[]> meta(byte[] key) {
        try {
            return Optional.ofNullable(database.get(meta, key));
        } catch (RocksDBException e) {
            throw Rocks.failure("reading metadata", e);
        }
    }

    /** A consistent state to read from; the caller closes it before the store. */
    public View view() {
        return new View();
    }

    void close() {
        writeOptions.close();
    }

    /** The points as they were at one moment. */
    public final class View implements AutoCloseable {
        private final Snapshot snapshot = database.getSnapshot();
        private final ReadOptions options = new ReadOptions().setSnapshot(snapshot);

        private View() {}

        /** One point, if it is there. */
        public Optional<StoredRow> get(PointId id) {
            try {
                return Optional.ofNullable(database.get(points, options, PointKey.encode(id)))
                        .map(value -> StoredRow.decode(id, value));
            } catch (RocksDBException e) {
                throw Rocks.failure("reading point " + id, e);
            }
        }

        /** Points in the order asked for; null where one is not there. */
        public List<@Nullable StoredRow> get(List<PointId> ids) {
            try {
                List<byte[]> values = database.multiGetAsList(
                        options,
                        Collections.nCopies(ids.size(), points),
                        ids.stream().map(PointKey::encode).toList());
                List<@Nullable StoredRow> rows = new ArrayList<>(ids.size());
                for (int i = 0; i < ids.size(); i++) {
                    byte[] value = values.get(i);
                    rows.add(value == null ? null : StoredRow.decode(ids.get(i), value));
                }
                return rows;
            } catch (RocksDBException e) {
                throw Rocks.failure("reading " + ids.size() + " points", e);
            }
        }

        /** Visits the points in id order until the visitor returns false. */
        public void scan(Predicate<StoredRow> visitor) {
            try (ReadOptions streaming = new ReadOptions().setSnapshot(snapshot).setFillCache(false);
                    RocksIterator iterator = database.newIterator(points, streaming)) {
                iterator.seekToFirst();
                while (iterator.isValid()
                        && visitor.test(StoredRow.decode(PointKey.decode(iterator.key()), iterator.value()))) {
                    iterator.next();
                }
                iterator.status();
            } catch (RocksDBException e) {
                throw Rocks.failure("scanning points", e);
            }
        }

        @Override
        public void close() {
            options.close();
            database.releaseSnapshot(snapshot);
            snapshot.close();
        }
    }
}
