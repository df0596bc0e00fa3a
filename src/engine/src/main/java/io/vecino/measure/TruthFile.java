package io.vecino.measure;

import io.vecino.model.EngineException;
import io.vecino.model.FileRecallRequest;
import io.vecino.selection.TopK;
import io.vecino.storage.AtomicFile;
import io.vecino.storage.CheckedBytes;
import io.vecino.storage.Disk;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exact neighbours kept in a file whose name says of which vectors: checksums of base and queries, metric and depth. Body: i32
 * queries, i32 neighbours of each, then per query i32 ordinals and f32 scores.
 */
final class TruthFile {
    private static final Logger LOG = LoggerFactory.getLogger(TruthFile.class);
    private static final int MAGIC = 0x48545056; // "VPTH"
    private static final int VERSION = 1;
    private static final String NAME = "file of exact neighbours";

    private TruthFile() {}

    /** Reads what an earlier call found for the same vectors, or finds and keeps it. */
    static GroundTruth exact(FileRecallRequest request, Rows base, Rows queries, Similarity similarity) {
        int depth = Math.min(Subject.Depth.of(request.k()), base.count());
        if (request.cache().isEmpty()) {
            return GroundTruth.exact(base, queries, similarity, depth);
        }
        Path file = request.cache().get().resolve("truth-" + key(base, queries, similarity, depth));
        try {
            if (Files.isRegularFile(file)) {
                return GroundTruth.of(
                        base, queries, similarity, depth, decode(Files.readAllBytes(file), queries.count(), depth));
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("{} is found anew: {}", file, e.toString());
        }
        GroundTruth truth = GroundTruth.exact(base, queries, similarity, depth);
        try {
            Files.createDirectories(request.cache().get());
            AtomicFile.write(Disk.LOCAL, file, encode(truth, queries.count()));
        } catch (IOException | EngineException e) {
            LOG.warn("{} cannot be kept: {}", file, e.toString());
        }
        return truth;
    }

    /** What stands for vectors in names of files. */
    static String key(Rows base, Rows queries, Similarity similarity, int depth) {
        return String.format("%08x-%08x-%s-%d", checksum(base), checksum(queries), similarity, depth);
    }

    private static int checksum(Rows rows) {
        CRC32C crc = new CRC32C();
        long size = (long) rows.count() * rows.dimension() * Float.BYTES;
        for (long at = 0; at < size; at += 1 << 20) {
            crc.update(rows.segment().asSlice(at, Math.min(1 << 20, size - at)).asByteBuffer());
        }
        crc.update(rows.dimension());
        return (int) crc.getValue();
    }

    private static byte[] encode(GroundTruth truth, int queries) {
        int k = truth.k();
        return CheckedBytes.write(MAGIC, VERSION, 2 * Integer.BYTES + 2 * Integer.BYTES * queries * k, body -> {
            body.putInt(queries).putInt(k);
            for (int q = 0; q < queries; q++) {
                TopK.Hits hits = truth.hits(q);
                for (int ordinal : hits.ordinals()) {
                    body.putInt(ordinal);
                }
                CheckedBytes.put(body, hits.scores());
            }
        });
    }

    private static List<TopK.Hits> decode(byte[] bytes, int queries, int k) {
        ByteBuffer body = CheckedBytes.read(MAGIC, VERSION, NAME, bytes);
        CheckedBytes.require(NAME, body.getInt() == queries, queries + " queries", bytes.length);
        CheckedBytes.require(NAME, body.getInt() == k, k + " neighbours", bytes.length);
        CheckedBytes.require(
                NAME, body.remaining() == 2 * Integer.BYTES * queries * k, "neighbours of all", bytes.length);
        List<TopK.Hits> hits = new ArrayList<>();
        for (int q = 0; q < queries; q++) {
            int[] ordinals = new int[k];
            for (int i = 0; i < k; i++) {
                ordinals[i] = body.getInt();
            }
            hits.add(new TopK.Hits(CheckedBytes.take(body, k), ordinals));
        }
        return hits;
    }
}
