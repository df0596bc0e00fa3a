package io.vecino;

import io.vecino.storage.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** Fails some operations in a row, as a full disk does. */
record FullDisk(AtomicInteger countdown, int failures) implements Disk {
    /** @param first how many operations are done before the first that fails */
    FullDisk(int first, int failures) {
        this(new AtomicInteger(first), failures);
    }

    private void operation() throws IOException {
        int left = countdown.getAndDecrement();
        if (left <= 0 && left > -failures) {
            throw new IOException("No space left on device");
        }
    }

    @Override
    public Output create(Path path) throws IOException {
        operation();
        Output output = Disk.LOCAL.create(path);
        return new Output() {
            @Override
            public void write(ByteBuffer bytes, long position) throws IOException {
                operation();
                output.write(bytes, position);
            }

            @Override
            public void force() throws IOException {
                operation();
            }

            @Override
            public void close() throws IOException {
                output.close();
            }
        };
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        operation();
        Disk.LOCAL.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        Disk.LOCAL.delete(path);
    }

    @Override
    public void force(Path path) throws IOException {
        operation();
    }

    @Override
    public void createDirectories(Path path) throws IOException {
        Disk.LOCAL.createDirectories(path);
    }
}
