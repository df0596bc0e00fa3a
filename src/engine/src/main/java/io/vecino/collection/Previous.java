package io.vecino.collection;

import io.vecino.storage.CheckedBytes;
import io.vecino.storage.PointStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a collection was before its encoding was changed. Its segments' files and tombstones stay as they were then. In a {@link
 * CheckedBytes} frame: i64 sequence, i32 pipeline version, i32 length of the encoding, i32 number of segments; the encoding; per
 * segment i64 number, i32 points, i32 pipeline version.
 *
 * @param sequence of the last write before the change
 * @param version of the pipeline that new segments got; 0 if none was trained
 */
record Previous(Encoding encoding, int version, long sequence, List<Manifest.Entry> segments) {
    static final String META = "previous";

    private static final Logger LOG = LoggerFactory.getLogger(Previous.class);
    private static final int MAGIC = 0x56505245; // "VPRE"
    private static final int FORMAT = 1;
    private static final int HEADER = Long.BYTES + 3 * Integer.BYTES;
    private static final int ENTRY = Long.BYTES + 2 * Integer.BYTES;

    Previous {
        segments = List.copyOf(segments);
    }

    /** What is stored; nothing if there was no change, or it is damaged. */
    static Optional<Previous> of(PointStore store) {
        try {
            return store.meta(META).map(Previous::decode);
        } catch (RuntimeException e) {
            LOG.warn("what was before the last change of the pipeline is damaged", e);
            return Optional.empty();
        }
    }

    Set<Long> numbers() {
        Set<Long> numbers = new HashSet<>();
        segments.forEach(entry -> numbers.add(entry.number()));
        return numbers;
    }

    /** Versions of the pipelines that are needed to go back. */
    Set<Integer> versions() {
        Set<Integer> versions = new HashSet<>(Set.of(version));
        segments.forEach(entry -> versions.add(entry.pipelineVersion()));
        return versions;
    }

    byte[] encode() {
        byte[] text = encoding.encode();
        return CheckedBytes.write(MAGIC, FORMAT, HEADER + text.length + ENTRY * segments.size(), body -> {
            body.putLong(sequence).putInt(version).putInt(text.length).putInt(segments.size());
            body.put(text);
            segments.forEach(
                    entry -> body.putLong(entry.number()).putInt(entry.points()).putInt(entry.pipelineVersion()));
        });
    }

    private static Previous decode(byte[] bytes) {
        ByteBuffer body = CheckedBytes.read(MAGIC, FORMAT, META, bytes);
        long sequence = body.getLong();
        int version = body.getInt();
        byte[] text = new byte[body.getInt()];
        int count = body.getInt();
        body.get(text);
        List<Manifest.Entry> segments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            segments.add(new Manifest.Entry(body.getLong(), body.getInt(), body.getInt()));
        }
        return new Previous(Encoding.decode(text), version, sequence, segments);
    }
}
