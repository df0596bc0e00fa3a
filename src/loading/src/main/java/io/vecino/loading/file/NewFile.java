package io.vecino.loading.file;

import io.vecino.model.EngineException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file that has its name only once it is complete. For one thread. */
final class NewFile extends OutputStream {
    private static final int BUFFER = 1 << 18;

    private final Path path;
    private final Path temporary;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private boolean published;

    NewFile(Path path) {
        this.path = path;
        this.temporary = path.resolveSibling(path.getFileName() + ".part");
        try {
            this.channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw failure(path, e);
        }
    }

    static EngineException failure(Path path, IOException e) {
        String message = "cannot write " + path + ": " + e;
        return String.valueOf(e.getMessage()).contains("No space left")
                ? new EngineException.ResourceExhausted(message, e)
                : new EngineException.StorageFailure(message, e);
    }

    Path path() {
        return path;
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int at, int count) {
        int from = at;
        int left = count;
        while (left > 0) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int some = Math.min(left, buffer.remaining());
            buffer.put(bytes, from, some);
            from += some;
            left -= some;
        }
    }

    @Override
    public void flush() {
        try {
            buffer.flip();
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            buffer.clear();
        } catch (IOException e) {
            throw failure(path, e);
        }
    }

    /** Writes over the beginning. */
    void rewrite(ByteBuffer head) {
        flush();
        try {
            long at = 0;
            while (head.hasRemaining()) {
                at += channel.write(head, at);
            }
        } catch (IOException e) {
            throw failure(path, e);
        }
    }

    /** Makes it durable under its name. */
    void publish() {
        flush();
        try {
            channel.force(true);
            channel.close();
            Files.move(temporary, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            published = true;
        } catch (IOException e) {
            throw failure(path, e);
        }
    }

    @Override
    public void close() {
        if (!published) {
            try {
                channel.close();
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                throw failure(path, e);
            }
        }
    }
}
