package io.vecino.storage;

import io.vecino.model.EngineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The file operations that durability rests on; replaceable, so that tests can fail them and forget what was not synced. */
public interface Disk {
    /** The file system of this machine. */
    Disk LOCAL = new Local();

    /** A file being written. */
    interface Output extends AutoCloseable {
        /** Writes all remaining bytes at a position. */
        void write(ByteBuffer bytes, long position) throws IOException;

        /** Makes what was written survive power loss. After a failure the file must not be used: nothing may be retried. */
        void force() throws IOException;

        @Override
        void close() throws IOException;
    }

    /** Creates a file, or empties the one that is there. */
    Output create(Path path) throws IOException;

    /** Gives a file another name, in the place of any file that has it. */
    void rename(Path from, Path to) throws IOException;

    /** Removes a file if it is there. */
    void delete(Path path) throws IOException;

    /** Makes names in a directory survive power loss. */
    void force(Path directory) throws IOException;

    /** Creates a directory and those above it, durably. */
    void createDirectories(Path directory) throws IOException;

    /** An I/O error in our terms: a full disk is for the operator to mend. */
    static EngineException failure(String what, Path path, IOException e) {
        String message = what + " " + path + ": " + e;
        String reason = String.valueOf(e.getMessage());
        return reason.contains("No space left") || reason.contains("File too large") || reason.contains("quota")
                ? new EngineException.ResourceExhausted(message, e)
                : new EngineException.StorageFailure(message, e);
    }

    /** See {@link #LOCAL}. */
    final class Local implements Disk {
        private Local() {}

        @Override
        public Output create(Path path) throws IOException {
            FileChannel channel = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
            return new Output() {
                @Override
                public void write(ByteBuffer bytes, long position) throws IOException {
                    long at = position;
                    while (bytes.hasRemaining()) {
                        at += channel.write(bytes, at);
                    }
                }

                @Override
                public void force() throws IOException {
                    channel.force(true);
                }

                @Override
                public void close() throws IOException {
                    channel.close();
                }
            };
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        }

        @Override
        public void delete(Path path) throws IOException {
            Files.deleteIfExists(path);
        }

        @Override
        public void force(Path directory) throws IOException {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }

        @Override
        public void createDirectories(Path directory) throws IOException {
            Path absolute = directory.toAbsolutePath();
            if (!Files.isDirectory(absolute)) {
                Path parent = absolute.getParent();
                if (parent != null) {
                    createDirectories(parent);
                }
                Files.createDirectory(absolute);
                if (parent != null) {
                    force(parent);
                }
            }
        }
    }
}
