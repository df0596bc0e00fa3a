package io.vecino.storage;

import io.vecino.model.EngineException;
import io.vecino.model.PointId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A point as it lies in RocksDB. Value layout, little-endian: u8 version = 1, i64 sequence, i32 dimension, float32 ×
 * dimension, payload bytes to the end.
 *
 * @param sequence number of the write that stored it
 * @param payload encoded by the payload room; opaque here
 */
@SuppressWarnings("ArrayRecordComponent") // passes from decoder to one caller, never kept
public record StoredRow(PointId id, long sequence, float[] vector, byte[] payload) {
    private static final byte VERSION = 1;
    private static final int HEADER = 1 + Long.BYTES + Integer.BYTES;

    /** The same point as stored by another write. */
    public StoredRow at(long otherSequence) {
        return new StoredRow(id, otherSequence, vector, payload);
    }

    byte[] encodeValue() {
        ByteBuffer buffer = ByteBuffer.allocate(HEADER + Float.BYTES * vector.length + payload.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        buffer.put(VERSION).putLong(sequence).putInt(vector.length);
        buffer.asFloatBuffer().put(vector);
        buffer.position(HEADER + Float.BYTES * vector.length);
        return buffer.put(payload).array();
    }

    static StoredRow decode(PointId id, byte[] value) {
        ByteBuffer buffer = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        if (value.length < HEADER || buffer.get() != VERSION) {
            throw damaged(id, value);
        }
        long sequence = buffer.getLong();
        int dimension = buffer.getInt();
        if (dimension < 0 || (long) dimension * Float.BYTES > buffer.remaining()) {
            throw damaged(id, value);
        }
        float[] vector = new float[dimension];
        buffer.asFloatBuffer().get(vector);
        buffer.position(HEADER + Float.BYTES * dimension);
        byte[] payload = new byte[buffer.remaining()];
        buffer.get(payload);
        return new StoredRow(id, sequence, vector, payload);
    }

    private static EngineException damaged(PointId id, byte[] value) {
        return new EngineException.StorageFailure(
                "damaged value of point " + id + ": " + value.length + " bytes, version "
                        + (value.length == 0 ? "none" : value[0]) + ", expected version " + VERSION,
                null);
    }
}
