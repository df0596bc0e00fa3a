package io.vecino.storage;

import io.vecino.model.EngineException;
import io.vecino.model.PointId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * What RocksDB holds of a point beside its vector. Value layout, little-endian: u8 version = 1, i64 sequence, payload bytes
 * to the end.
 *
 * @param sequence number of the write that stored it
 * @param payload encoded by the payload room; opaque here
 */
@SuppressWarnings("ArrayRecordComponent") // passes from decoder to one caller, never kept
public record PointRow(PointId id, long sequence, byte[] payload) {
    private static final byte VERSION = 1;
    private static final int HEADER = 1 + Long.BYTES;

    static byte[] encode(long sequence, byte[] payload) {
        return ByteBuffer.allocate(HEADER + payload.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(VERSION)
                .putLong(sequence)
                .put(payload)
                .array();
    }

    static PointRow decode(PointId id, byte[] value) {
        if (value.length < HEADER || value[0] != VERSION) {
            throw new EngineException.StorageFailure(
                    "damaged value of point " + id + ": " + value.length + " bytes, version "
                            + (value.length == 0 ? "none" : value[0]) + ", expected version " + VERSION,
                    null);
        }
        long sequence = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong(1);
        return new PointRow(id, sequence, Arrays.copyOfRange(value, HEADER, value.length));
    }
}
