package io.vecino.storage;

import io.vecino.model.CollectionConfig;
import io.vecino.model.Durability;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** The durable state of one collection. Reads are thread-safe. */
public final class PointStore {
    static final String SEQUENCE = "sequence";

    private final RocksDB database;
    private final Families families;
    private final ConfigText text;
    private final WriteOptions asConfigured;
    private final WriteOptions synced = new WriteOptions().setSync(true);

    PointStore(RocksDB database, Families families, ConfigText text) {
        this.database = database;
        this.families = families;
        this.text = text;
        this.asConfigured = new WriteOptions().setSync(text.config().durability() == Durability.FSYNC);
    }

    /** The number that stands for the collection in the data directory. */
    public long collectionId() {
        return text.collectionId();
    }

    /** What the collection was created with. */
    public CollectionConfig config() {
        return text.config();
    }

    byte[] encodedConfig() {
        return text.encode();
    }

    /** Sequence number of the last write; 0 before the first. */
    public long lastSequence() {
        return meta(SEQUENCE).map(bytes -> ByteBuffer.wrap(bytes).getLong()).orElse(0L);
    }

    /** An empty batch, which the caller closes. */
    public StoreBatch batch() {
        return new StoreBatch(this, families);
    }

    void write(WriteBatch batch, boolean sync) {
        try {
            database.write(sync ? synced : asConfigured, batch);
        } catch (RocksDBException e) {
            throw Rocks.failure("writing to collection " + text.collectionId(), e);
        }
    }

    /** A named piece of the collection's metadata. */
    public Optional<byte[]> meta(String name) {
        try {
            return Optional.ofNullable(database.get(families.meta(), name.getBytes(StandardCharsets.UTF_8)));
        } catch (RocksDBException e) {
            throw Rocks.failure("reading metadata " + name, e);
        }
    }

    /** Visits the tombstones of one sealed segment after the other. */
    public void tombstones(TombstoneVisitor visitor) {
        try (RocksIterator iterator = database.newIterator(families.tombstones())) {
            for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
                ByteBuffer key = ByteBuffer.wrap(iterator.key());
                visitor.visit(
                        key.getLong(),
                        key.getInt(),
                        ByteBuffer.wrap(iterator.value()).getLong());
            }
            iterator.status();
        } catch (RocksDBException e) {
            throw Rocks.failure("reading tombstones", e);
        }
    }

    /** Takes one tombstone. */
    @FunctionalInterface
    public interface TombstoneVisitor {
        /** What the segment holds under the ordinal was replaced or removed by the write. */
        void visit(long segment, int ordinal, long sequence);
    }

    /** Visits the writes of points that are in no sealed segment, oldest first; some of them were replaced since. */
    public void recent(RecentVisitor visitor) {
        try (RocksIterator iterator = database.newIterator(families.recent())) {
            for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
                byte[] key = iterator.key();
                byte[] point = new byte[key.length - Long.BYTES];
                ByteBuffer bytes = ByteBuffer.wrap(key);
                long sequence = bytes.getLong();
                bytes.get(point);
                visitor.visit(sequence, point);
            }
            iterator.status();
        } catch (RocksDBException e) {
            throw Rocks.failure("reading recent points", e);
        }
    }

    /** Takes one recent write. */
    @FunctionalInterface
    public interface RecentVisitor {
        /** @param key of {@link PointKey} */
        void visit(long sequence, byte[] key);
    }

    /** A consistent state to read from; the caller closes it before the store. */
    public PointView view() {
        return new PointView(database, families, text.config().dimension());
    }

    Families families() {
        return families;
    }

    /** Writes as the caller says; what is not logged is durable after {@link #flush}. */
    void write(WriteOptions options, WriteBatch batch) throws RocksDBException {
        database.write(options, batch);
    }

    /** Makes everything so far durable without the log. */
    void flush() throws RocksDBException {
        try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
            database.flush(options, families.all());
        }
    }

    void close() {
        asConfigured.close();
        synced.close();
    }
}
