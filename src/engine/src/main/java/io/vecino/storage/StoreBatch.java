package io.vecino.storage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Changes of one collection that happen together or not at all, once {@link #commit} returns. For one thread. */
public final class StoreBatch implements AutoCloseable {
    private final PointStore store;
    private final Families families;
    private final WriteBatch batch = new WriteBatch();

    StoreBatch(PointStore store, Families families) {
        this.store = store;
        this.families = families;
    }

    @FunctionalInterface
    private interface Change {
        void apply() throws RocksDBException;
    }

    private static void change(Change change) {
        try {
            change.apply();
        } catch (RocksDBException e) {
            throw Rocks.failure("preparing a write", e);
        }
    }

    /**
     * Stores a point, replacing one of the same id.
     *
     * @param key of {@link PointKey#encode}
     */
    public void put(byte[] key, float[] vector, byte[] payload, long sequence) {
        byte[] values = new byte[vector.length * Float.BYTES];
        ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(vector);
        change(() -> batch.put(families.vectors(), key, values));
        putPayload(key, payload, sequence);
    }

    /** Stores a point whose vector stays as it is. */
    public void putPayload(byte[] key, byte[] payload, long sequence) {
        change(() -> batch.put(families.points(), key, PointRow.encode(sequence, payload)));
        unsealed(key, sequence);
    }

    /** Notes that the point of this write is in no sealed segment. */
    public void unsealed(byte[] key, long sequence) {
        byte[] recent = ByteBuffer.allocate(Long.BYTES + key.length)
                .putLong(sequence)
                .put(key)
                .array();
        change(() -> batch.put(families.recent(), recent, new byte[0]));
    }

    /** Removes a point. */
    public void remove(byte[] key) {
        change(() -> {
            batch.delete(families.points(), key);
            batch.delete(families.vectors(), key);
        });
    }

    /** Notes that a write replaced or removed what a sealed segment holds under an ordinal. */
    public void bury(long segment, int ordinal, long sequence) {
        change(() -> batch.put(
                families.tombstones(),
                ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                        .putLong(segment)
                        .putInt(ordinal)
                        .array(),
                longKey(sequence)));
    }

    /** Forgets the tombstones of a segment. */
    public void forget(long segment) {
        change(() -> batch.deleteRange(families.tombstones(), longKey(segment), longKey(segment + 1)));
    }

    /** Notes that the points of all writes up to this one are in sealed segments. */
    public void sealed(long sequence) {
        change(() -> batch.deleteRange(families.recent(), longKey(0), longKey(sequence + 1)));
    }

    /** Stores a named piece of the collection's metadata. */
    public void putMeta(String name, byte[] value) {
        change(() -> batch.put(families.meta(), name.getBytes(StandardCharsets.UTF_8), value));
    }

    /** Removes a named piece of the collection's metadata. */
    public void removeMeta(String name) {
        change(() -> batch.delete(families.meta(), name.getBytes(StandardCharsets.UTF_8)));
    }

    /** Notes the sequence number of the last write. */
    public void sequence(long sequence) {
        putMeta(PointStore.SEQUENCE, longKey(sequence));
    }

    static byte[] longKey(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    /**
     * Writes the batch, durable as the collection is configured when it returns.
     *
     * @throws io.vecino.model.EngineException.ResourceExhausted if the disk is full; nothing is applied
     * @throws io.vecino.model.EngineException.StorageFailure on any other failure; nothing is applied
     */
    public void commit() {
        store.write(batch, false);
    }

    /** Writes the batch and everything before it so that it survives power loss. */
    public void commitSynced() {
        store.write(batch, true);
    }

    @Override
    public void close() {
        batch.close();
    }
}
