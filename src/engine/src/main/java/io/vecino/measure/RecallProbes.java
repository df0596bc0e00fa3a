package io.vecino.measure;

import io.vecino.collection.Measured;
import io.vecino.storage.CheckedBytes;
import io.vecino.storage.PointKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The probes of a collection, as they are stored: a {@link CheckedBytes} frame of i32 count, i32 dimension, then per probe u16
 * length of its {@link PointKey}, the key, and the vector as it was when the probe was chosen.
 */
final class RecallProbes {
    private static final int MAGIC = 0x50525056; // "VPRP"
    private static final int VERSION = 1;
    private static final String NAME = "set of probes";

    private RecallProbes() {}

    static byte[] encode(List<Measured.Query> probes, int dimension) {
        List<byte[]> keys = probes.stream()
                .map(probe -> PointKey.encode(Objects.requireNonNull(probe.self())))
                .toList();
        int size = 2 * Integer.BYTES
                + keys.stream().mapToInt(key -> Short.BYTES + key.length).sum()
                + probes.size() * dimension * Float.BYTES;
        return CheckedBytes.write(MAGIC, VERSION, size, body -> {
            body.putInt(probes.size()).putInt(dimension);
            for (int i = 0; i < probes.size(); i++) {
                body.putShort((short) keys.get(i).length).put(keys.get(i));
                CheckedBytes.put(body, probes.get(i).vector());
            }
        });
    }

    /** @throws IllegalArgumentException if the bytes are damaged or of another dimension */
    static List<Measured.Query> decode(byte[] bytes, int dimension) {
        ByteBuffer body = CheckedBytes.read(MAGIC, VERSION, NAME, bytes);
        int count = body.getInt();
        int found = body.getInt();
        CheckedBytes.require(NAME, found == dimension, dimension + " dimensions", found);
        List<Measured.Query> probes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            CheckedBytes.require(NAME, body.remaining() >= Short.BYTES, "another probe", body.remaining());
            byte[] key = new byte[Short.toUnsignedInt(body.getShort())];
            int rest = key.length + dimension * Float.BYTES;
            CheckedBytes.require(NAME, body.remaining() >= rest, rest + " bytes", body.remaining());
            body.get(key);
            probes.add(new Measured.Query(CheckedBytes.take(body, dimension), PointKey.decode(key)));
        }
        return probes;
    }
}
