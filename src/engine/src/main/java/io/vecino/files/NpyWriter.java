package io.vecino.files;

import io.vecino.model.EngineException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes float32 rows in NumPy's format, version 1. The file has its name only once {@link #finish} returns; closed before,
 * nothing is left.
 */
public final class NpyWriter implements AutoCloseable {
    private static final int HEADER = 128;

    private final Path path;
    private final Path temporary;
    private final int count;
    private final int dimension;
    private final FileChannel channel;
    private long written;
    private boolean finished;

    /**
     * Starts a file of known size.
     *
     * @throws EngineException.StorageFailure if it cannot be written
     */
    public NpyWriter(Path path, int count, int dimension) {
        this.path = path;
        this.temporary = path.resolveSibling(path.getFileName() + ".part");
        this.count = count;
        this.dimension = dimension;
        try {
            this.channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE);
            writeFully(header(count, dimension));
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static ByteBuffer header(int count, int dimension) {
        String text = "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }".formatted(count, dimension);
        ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
        header.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
        header.put((byte) 1).put((byte) 0).putShort((short) (HEADER - 10));
        header.put(text.getBytes(StandardCharsets.US_ASCII));
        while (header.position() < HEADER - 1) {
            header.put((byte) ' ');
        }
        return header.put((byte) '\n').flip();
    }

    /**
     * Appends rows.
     *
     * @param values rows × dimension float32 in native byte order
     */
    public void write(MemorySegment values, int rows) {
        try {
            writeFully(values.asSlice(0, (long) rows * dimension * Float.BYTES).asByteBuffer());
            written += rows;
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private void writeFully(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Makes the file durable under its name; all rows must have been written. */
    public void finish() {
        if (written != count) {
            throw new IllegalStateException(path + ": expected " + count + " rows, got " + written);
        }
        try {
            channel.force(true);
            channel.close();
            Files.move(temporary, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            finished = true;
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private EngineException failure(IOException cause) {
        return new EngineException.StorageFailure("cannot write " + path + ": " + cause, cause);
    }

    @Override
    public void close() {
        try {
            channel.close();
            if (!finished) {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }
}
