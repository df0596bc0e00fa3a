package io.vecino.files;

import io.vecino.model.EngineException;
import io.vecino.storage.AtomicFile;
import io.vecino.storage.Disk;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Writes float32 rows in NumPy's format, version 1. The file has its name only once {@link #finish} returns; closed before,
 * nothing is left.
 */
public final class NpyWriter implements AutoCloseable {
    private static final int HEADER = 128;

    private final AtomicFile file;
    private final int count;
    private final int dimension;
    private long written;

    /**
     * Starts a file of known size.
     *
     * @throws EngineException.StorageFailure if it cannot be written
     */
    public NpyWriter(Path path, int count, int dimension) {
        this.count = count;
        this.dimension = dimension;
        this.file = new AtomicFile(Disk.LOCAL, path);
        file.write(header(count, dimension));
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
        file.write(values.asSlice(0, (long) rows * dimension * Float.BYTES));
        written += rows;
    }

    /** Makes the file durable under its name; all rows must have been written. */
    public void finish() {
        if (written != count) {
            throw new IllegalStateException(file.path() + ": expected " + count + " rows, got " + written);
        }
        file.publish();
    }

    @Override
    public void close() {
        file.close();
    }
}
