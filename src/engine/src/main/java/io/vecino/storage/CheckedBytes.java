package io.vecino.storage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/** The frame around trained state, little-endian: i32 magic, i32 version, body, i32 CRC32C of all before. */
public final class CheckedBytes {
    private static final int FRAME = 3 * Integer.BYTES;
    private static final int MAX_DIMENSION = 1 << 16;

    private CheckedBytes() {}

    /**
     * Frames a body.
     *
     * @param body writes exactly {@code bodyBytes}
     */
    public static byte[] write(int magic, int version, int bodyBytes, Consumer<ByteBuffer> body) {
        ByteBuffer buffer = ByteBuffer.allocate(FRAME + bodyBytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(magic).putInt(version);
        body.accept(buffer);
        if (buffer.position() != 2 * Integer.BYTES + bodyBytes) {
            throw new IllegalStateException("body: expected " + bodyBytes + " bytes, got " + (buffer.position() - 8));
        }
        return buffer.putInt(checksum(buffer.array(), buffer.position())).array();
    }

    /** Whether the frame claims to be of that kind. */
    public static boolean recognises(int magic, byte[] bytes) {
        return bytes.length >= FRAME
                && ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt() == magic;
    }

    /**
     * The body.
     *
     * @throws IllegalArgumentException if the frame is of another kind or version, truncated or damaged
     */
    public static ByteBuffer read(int magic, int version, String name, byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (!recognises(magic, bytes)) {
            throw new IllegalArgumentException("not a " + name + ": " + bytes.length + " bytes");
        }
        int found = buffer.getInt(Integer.BYTES);
        if (found != version) {
            throw new IllegalArgumentException(
                    name + ": expected one of version " + version + ", got version " + found);
        }
        int end = bytes.length - Integer.BYTES;
        if (buffer.getInt(end) != checksum(bytes, end)) {
            throw new IllegalArgumentException(name + ": checksum mismatch");
        }
        return buffer.position(2 * Integer.BYTES).limit(end);
    }

    /**
     * Fails unless what was read holds.
     *
     * @throws IllegalArgumentException naming what was expected and got
     */
    public static void require(String name, boolean holds, String expected, int got) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": expected " + expected + ", got " + got);
        }
    }

    /**
     * Reads an i32 dimension, 1 to 65,536.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static int dimension(String name, ByteBuffer body) {
        int dimension = body.getInt();
        require(name, dimension >= 1 && dimension <= MAX_DIMENSION, "a dimension", dimension);
        return dimension;
    }

    /** Writes float32 values. */
    public static void put(ByteBuffer body, float[] values) {
        body.asFloatBuffer().put(values);
        body.position(body.position() + Float.BYTES * values.length);
    }

    /** Reads {@code count} float32 values. */
    public static float[] take(ByteBuffer body, int count) {
        float[] values = new float[count];
        body.asFloatBuffer().get(values);
        body.position(body.position() + Float.BYTES * count);
        return values;
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
