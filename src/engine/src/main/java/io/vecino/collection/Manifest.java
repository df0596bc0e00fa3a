package io.vecino.collection;

import io.vecino.model.EngineException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Which sealed segments there are. Little-endian: i32 magic, i32 version, i64 next number, i32 pipeline version, i32 count;
 * per segment i64 number, i32 points, i32 pipeline version; i32 CRC32C of all before.
 *
 * @param nextNumber greater than that of any segment so far
 * @param pipelineVersion of segments to come; 0 before the first training
 */
record Manifest(long nextNumber, int pipelineVersion, List<Entry> segments) {
    static final String NAME = "manifest";
    static final Manifest EMPTY = new Manifest(1, 0, List.of());

    private static final int MAGIC = 0x4D414E49; // "MANI"
    private static final int VERSION = 1;
    private static final int HEADER = 3 * Integer.BYTES + Long.BYTES + Integer.BYTES;
    private static final int ENTRY = Long.BYTES + 2 * Integer.BYTES;

    Manifest {
        segments = List.copyOf(segments);
    }

    /** One segment, deleted points counted. */
    record Entry(long number, int points, int pipelineVersion) {}

    /** The same without some segments and with others. */
    Manifest replace(Set<Long> removed, List<Entry> added) {
        List<Entry> kept = new ArrayList<>(added);
        long next = nextNumber;
        for (Entry entry : added) {
            next = Math.max(next, entry.number + 1);
        }
        segments.stream().filter(entry -> !removed.contains(entry.number)).forEach(kept::add);
        return new Manifest(next, pipelineVersion, kept);
    }

    Manifest withPipelineVersion(int version) {
        return new Manifest(nextNumber, version, segments);
    }

    Set<Long> numbers() {
        Set<Long> numbers = new HashSet<>();
        segments.forEach(entry -> numbers.add(entry.number));
        return numbers;
    }

    byte[] encode() {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER + segments.size() * ENTRY + Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(MAGIC)
                .putInt(VERSION)
                .putLong(nextNumber)
                .putInt(pipelineVersion)
                .putInt(segments.size());
        for (Entry entry : segments) {
            bytes.putLong(entry.number).putInt(entry.points).putInt(entry.pipelineVersion);
        }
        return bytes.putInt(checksum(bytes.array())).array();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws EngineException.StorageFailure if it is damaged or of a later version
     */
    static Manifest decode(byte[] encoded) {
        ByteBuffer bytes = ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN);
        if (encoded.length < HEADER + Integer.BYTES
                || bytes.getInt(encoded.length - Integer.BYTES) != checksum(encoded)
                || bytes.getInt() != MAGIC) {
            throw new EngineException.StorageFailure("damaged manifest of " + encoded.length + " bytes", null);
        }
        int version = bytes.getInt();
        if (version != VERSION) {
            throw new EngineException.StorageFailure(
                    "manifest: expected version " + VERSION + ", got " + version, null);
        }
        long next = bytes.getLong();
        int pipelineVersion = bytes.getInt();
        int count = bytes.getInt();
        List<Entry> segments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            segments.add(new Entry(bytes.getLong(), bytes.getInt(), bytes.getInt()));
        }
        return new Manifest(next, pipelineVersion, segments);
    }

    private static int checksum(byte[] encoded) {
        CRC32C crc = new CRC32C();
        crc.update(encoded, 0, encoded.length - Integer.BYTES);
        return (int) crc.getValue();
    }
}
