package io.vecino.loading.file;

import io.vecino.model.EngineException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Bytes in order, from a file or a request, with the offset that messages name. For one thread. */
final class ByteInput extends InputStream {
    private static final int BUFFER = 1 << 20;

    private final InputStream in;
    private final String name;
    private final OptionalLong size;
    private long offset;

    ByteInput(InputStream in, String name, OptionalLong size) {
        this.in = in;
        this.name = name;
        this.size = size;
    }

    static ByteInput of(Path path) {
        try {
            return new ByteInput(
                    new BufferedInputStream(Files.newInputStream(path), BUFFER),
                    path.toString(),
                    OptionalLong.of(Files.size(path)));
        } catch (IOException e) {
            throw failure(path.toString(), e);
        }
    }

    static EngineException failure(String name, IOException e) {
        return new EngineException.StorageFailure("cannot read " + name + ": " + e, e);
    }

    String name() {
        return name;
    }

    long offset() {
        return offset;
    }

    OptionalLong size() {
        return size;
    }

    /** A failure at an offset. */
    EngineException.InvalidArgument wrong(long at, String expected, String got) {
        return new EngineException.InvalidArgument(name + " at byte " + at, expected, got);
    }

    /** Reads as many bytes as there are, at most {@code count}. */
    int fill(byte[] into, int count) {
        try {
            int got = in.readNBytes(into, 0, count);
            offset += got;
            return got;
        } catch (IOException e) {
            throw failure(name, e);
        }
    }

    /** Reads bytes that must be there. */
    byte[] take(int count, String what) {
        byte[] bytes = new byte[count];
        long at = offset;
        int got = fill(bytes, count);
        if (got < count) {
            throw wrong(at, count + " bytes of " + what, got + " bytes and the end of the file");
        }
        return bytes;
    }

    /** Passes over bytes that must be there. */
    void pass(long count) {
        try {
            in.skipNBytes(count);
            offset += count;
        } catch (IOException e) {
            throw failure(name, e);
        }
    }

    @Override
    public int read() throws IOException {
        int value = in.read();
        offset += value < 0 ? 0 : 1;
        return value;
    }

    @Override
    public int read(byte[] into, int at, int count) throws IOException {
        int got = in.read(into, at, count);
        offset += Math.max(0, got);
        return got;
    }

    @Override
    public int available() throws IOException {
        return in.available();
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw failure(name, e);
        }
    }
}
