package io.vecino.storage;

import io.vecino.model.EngineException;
import io.vecino.model.PointId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Ids as keys whose byte order is the order of {@link PointId}: one tag byte, then big-endian bits or UTF-8. */
public final class PointKey {
    private static final byte NUMERIC = 1;
    private static final byte UUID_BITS = 2;
    private static final byte TEXT = 3;

    private PointKey() {}

    /** The key of an id. */
    public static byte[] encode(PointId id) {
        return switch (id) {
            case PointId.Numeric(long value) ->
                ByteBuffer.allocate(9).put(NUMERIC).putLong(value).array();
            case PointId.Uuid(UUID value) ->
                ByteBuffer.allocate(17)
                        .put(UUID_BITS)
                        .putLong(value.getMostSignificantBits())
                        .putLong(value.getLeastSignificantBits())
                        .array();
            case PointId.Text(String value) -> {
                byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
                yield ByteBuffer.allocate(1 + utf8.length).put(TEXT).put(utf8).array();
            }
        };
    }

    /**
     * The id of a key.
     *
     * @throws EngineException.StorageFailure if the bytes are no key
     */
    public static PointId decode(byte[] key) {
        ByteBuffer buffer = ByteBuffer.wrap(key);
        byte tag = key.length == 0 ? 0 : buffer.get();
        if (tag == NUMERIC && key.length == 9) {
            return new PointId.Numeric(buffer.getLong());
        }
        if (tag == UUID_BITS && key.length == 17) {
            return new PointId.Uuid(new UUID(buffer.getLong(), buffer.getLong()));
        }
        if (tag == TEXT && key.length > 1) {
            return new PointId.Text(new String(key, 1, key.length - 1, StandardCharsets.UTF_8));
        }
        throw new EngineException.StorageFailure("damaged point key: tag " + tag + ", " + key.length + " bytes", null);
    }
}
