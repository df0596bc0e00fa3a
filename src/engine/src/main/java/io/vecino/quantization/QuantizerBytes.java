package io.vecino.quantization;

import io.vecino.model.QuantizerSpec;
import io.vecino.storage.CheckedBytes;
import io.vecino.transform.Similarity;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A quantizer's trained state in a {@link CheckedBytes} frame. Little-endian: i32 dimension, similarity (0 inner product,
 * 1 L2), length of the name; the name; the state.
 */
final class QuantizerBytes {
    private static final int MAGIC = 0x5651544E; // "VQTN"
    private static final int VERSION = 1;
    private static final String NAME = "trained quantizer";
    private static final int FIXED = 3 * Integer.BYTES;

    private QuantizerBytes() {}

    static byte[] write(QuantizerSpec spec, int dimension, Similarity similarity, ByteBuffer state) {
        byte[] name = spec.toString().getBytes(StandardCharsets.US_ASCII);
        return CheckedBytes.write(
                MAGIC,
                VERSION,
                FIXED + name.length + state.remaining(),
                body -> body.putInt(dimension)
                        .putInt(code(similarity))
                        .putInt(name.length)
                        .put(name)
                        .put(state));
    }

    /**
     * The state in bytes that {@link #write} made from the same arguments.
     *
     * @throws IllegalArgumentException naming what differs
     */
    static ByteBuffer read(QuantizerSpec spec, int dimension, Similarity similarity, byte[] bytes) {
        ByteBuffer body = CheckedBytes.read(MAGIC, VERSION, NAME, bytes);
        CheckedBytes.require(NAME, body.remaining() >= FIXED, "a header", body.remaining());
        expect("dimension", dimension, body.getInt());
        expect("similarity", code(similarity), body.getInt());
        byte[] name = new byte[Math.clamp(body.getInt(), 0, body.remaining())];
        body.get(name);
        expect("quantizer", spec.toString(), new String(name, StandardCharsets.US_ASCII));
        return body.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void expect(String what, Object expected, Object got) {
        if (!expected.equals(got)) {
            throw new IllegalArgumentException(
                    "trained quantizer: " + what + ": expected " + expected + ", got " + got);
        }
    }

    private static int code(Similarity similarity) {
        return similarity == Similarity.L2 ? 1 : 0;
    }
}
