package io.vecino.loading;

import io.vecino.loading.file.Row;
import io.vecino.model.EngineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows that were rejected: a line for each, its number, a tab and the reason. Created with the first. */
final class Rejects implements AutoCloseable {
    private final @Nullable Path file;
    private long count;
    private long bytes;
    private @Nullable FileChannel channel;

    /**
     * @param file null to only count
     * @param count of rejects so far
     * @param bytes that they take; what follows in the file is of rows that are read again
     */
    Rejects(@Nullable Path file, long count, long bytes) {
        this.file = file;
        this.count = count;
        this.bytes = bytes;
    }

    long count() {
        return count;
    }

    long bytes() {
        return bytes;
    }

    void add(List<Row.Bad> rows) {
        count += rows.size();
        if (file == null || rows.isEmpty()) {
            return;
        }
        StringBuilder text = new StringBuilder();
        for (Row.Bad row : rows) {
            text.append(row.number())
                    .append('\t')
                    .append(row.reason().replaceAll("\\s+", " "))
                    .append('\n');
        }
        ByteBuffer encoded = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
        try {
            FileChannel out = open(file);
            while (encoded.hasRemaining()) {
                bytes += out.write(encoded, bytes);
            }
        } catch (IOException e) {
            throw new EngineException.StorageFailure("cannot write " + file + ": " + e, e);
        }
    }

    private FileChannel open(Path path) throws IOException {
        FileChannel open = channel;
        if (open == null) {
            open = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            channel = open.truncate(Math.min(bytes, open.size()));
        }
        return open;
    }

    @Override
    public void close() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new EngineException.StorageFailure("cannot write " + file + ": " + e, e);
        }
    }
}
