package io.vecino.storage;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A file that has its name only once it is complete and survives power loss: written under a temporary name, synced,
 * renamed, its directory synced. Closed before {@link #publish}, nothing is left of it. For one thread.
 */
public final class AtomicFile implements AutoCloseable {
    /** Ending of the temporary name. */
    public static final String PART = ".part";

    private static final int MOST_AT_ONCE = 1 << 30;

    private final Disk disk;
    private final Path path;
    private final Path temporary;
    private final Disk.Output output;
    private long size;
    private boolean published;

    /**
     * Starts the file, over what an interrupted attempt left.
     *
     * @throws io.vecino.model.EngineException.ResourceExhausted if the disk is full, here and below
     * @throws io.vecino.model.EngineException.StorageFailure on any other I/O error, here and below
     */
    public AtomicFile(Disk disk, Path path) {
        this.disk = disk;
        this.path = path;
        this.temporary = path.resolveSibling(path.getFileName() + PART);
        try {
            this.output = disk.create(temporary);
        } catch (IOException e) {
            throw Disk.failure("cannot write", path, e);
        }
    }

    /** Writes a whole file of bytes and publishes it. */
    public static void write(Disk disk, Path path, byte[] bytes) {
        try (AtomicFile file = new AtomicFile(disk, path)) {
            file.write(ByteBuffer.wrap(bytes));
            file.publish();
        }
    }

    /** Its name once published. */
    public Path path() {
        return path;
    }

    /** Bytes appended so far. */
    public long size() {
        return size;
    }

    /** Appends all remaining bytes. */
    public void write(ByteBuffer bytes) {
        int count = bytes.remaining();
        write(bytes, size);
        size += count;
    }

    /** Appends a segment. */
    public void write(MemorySegment segment) {
        for (long at = 0; at < segment.byteSize(); at += MOST_AT_ONCE) {
            write(segment.asSlice(at, Math.min(MOST_AT_ONCE, segment.byteSize() - at))
                    .asByteBuffer());
        }
    }

    /** Writes over what was appended. */
    void write(ByteBuffer bytes, long position) {
        try {
            output.write(bytes, position);
        } catch (IOException e) {
            throw Disk.failure("cannot write", path, e);
        }
    }

    /** Makes the file durable under its name. */
    public void publish() {
        try {
            output.force();
            output.close();
            disk.rename(temporary, path);
            published = true;
            disk.force(Objects.requireNonNull(path.toAbsolutePath().getParent()));
        } catch (IOException e) {
            throw Disk.failure("cannot write", path, e);
        }
    }

    @Override
    public void close() {
        if (!published) {
            try {
                output.close();
                disk.delete(temporary);
            } catch (IOException e) {
                throw Disk.failure("cannot remove", temporary, e);
            }
        }
    }
}
