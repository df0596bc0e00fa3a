package io.vecino.quantization;

import io.vecino.model.QuantizerSpec;
import io.vecino.transform.Similarity;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The frame around a quantizer's trained state. Little-endian: i32 magic, version, dimension, similarity (0 inner product,
 * 1 L2), length of the name; the name; the state; i32 CRC32C of all before.
 */
final class QuantizerBytes {
    private static final int MAGIC = 0x5651544E; // "VQTN"
    private static final int VERSION = 1;
    private static final int HEADER = 5 * Integer.BYTES;

    private QuantizerBytes() {}

    static byte[] write(QuantizerSpec spec, int dimension, Similarity similarity, ByteBuffer state) {
        byte[] name = spec.toString().getBytes(StandardCharsets.US_ASCII);
        ByteBuffer buffer = ByteBuffer.allocate(HEADER + name.length + state.remaining() + Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(MAGIC).putInt(VERSION).putInt(dimension).putInt(code(similarity));
        buffer.putInt(name.length).put(name).put(state);
        return buffer.putInt(checksum(buffer.array())).array();
    }

    /**
     * The state in bytes that {@link #write} made from the same arguments.
     *
     * @throws IllegalArgumentException naming what differs
     */
    static ByteBuffer read(QuantizerSpec spec, int dimension, Similarity similarity, byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < HEADER + Integer.BYTES || buffer.getInt() != MAGIC) {
            throw new IllegalArgumentException("not a trained quantizer: " + bytes.length + " bytes");
        }
        expect("version", VERSION, buffer.getInt());
        if (buffer.getInt(bytes.length - Integer.BYTES) != checksum(bytes)) {
            throw new IllegalArgumentException("trained quantizer: checksum mismatch");
        }
        expect("dimension", dimension, buffer.getInt());
        expect("similarity", code(similarity), buffer.getInt());
        byte[] name = new byte[Math.clamp(buffer.getInt(), 0, buffer.remaining() - Integer.BYTES)];
        buffer.get(name);
        expect("quantizer", spec.toString(), new String(name, StandardCharsets.US_ASCII));
        return buffer.slice(buffer.position(), buffer.remaining() - Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
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

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - Integer.BYTES);
        return (int) crc.getValue();
    }
}
