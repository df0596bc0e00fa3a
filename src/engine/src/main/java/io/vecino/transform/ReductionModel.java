package io.vecino.transform;

import io.vecino.model.Metric;
import io.vecino.storage.CheckedBytes;
import java.nio.ByteBuffer;

/** A trained transform with the metric of the vectors it was trained on, as it is kept in a file of its own. */
public record ReductionModel(Metric metric, Transform transform) {
    private static final int MAGIC = 0x564D4F44; // "VMOD"
    private static final int VERSION = 1;
    private static final String NAME = "reduction model";

    /** Little-endian: i32 magic, version, metric (0 inner product, 1 Euclidean, 2 cosine); the transform; i32 CRC32C. */
    public byte[] toBytes() {
        byte[] trained = transform.toBytes();
        return CheckedBytes.write(
                MAGIC,
                VERSION,
                Integer.BYTES + trained.length,
                body -> body.putInt(code(metric)).put(trained));
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws IllegalArgumentException if it is of another version, truncated or damaged
     */
    public static ReductionModel fromBytes(byte[] bytes) {
        ByteBuffer body = CheckedBytes.read(MAGIC, VERSION, NAME, bytes);
        CheckedBytes.require(NAME, body.remaining() >= Integer.BYTES, "a metric", body.remaining());
        int code = body.getInt();
        byte[] trained = new byte[body.remaining()];
        body.get(trained);
        for (Metric metric : Metric.values()) {
            if (code(metric) == code) {
                return new ReductionModel(metric, Transforms.fromBytes(trained));
            }
        }
        throw new IllegalArgumentException(NAME + ": expected metric 0 to 2, got " + code);
    }

    private static int code(Metric metric) {
        return switch (metric) {
            case IP -> 0;
            case L2 -> 1;
            case COSINE -> 2;
        };
    }
}
