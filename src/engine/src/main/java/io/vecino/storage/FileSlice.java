package io.vecino.storage;

import io.vecino.model.EngineException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file mapped read-only, readable from any thread until closed. The file must not shrink meanwhile: reading a page that
 * is gone fails with an {@link InternalError}.
 */
public final class FileSlice implements AutoCloseable {
    private final Arena arena;
    private final Path path;
    private final MemorySegment segment;

    private FileSlice(Arena arena, Path path, MemorySegment segment) {
        this.arena = arena;
        this.path = path;
        this.segment = segment;
    }

    /**
     * Maps a whole file.
     *
     * @throws EngineException.StorageFailure if it cannot be read
     */
    public static FileSlice map(Path path) {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new FileSlice(arena, path, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
        } catch (IOException e) {
            arena.close();
            throw new EngineException.StorageFailure("cannot read " + path + ": " + e, e);
        }
    }

    /** The bytes. */
    public MemorySegment segment() {
        return segment;
    }

    /** Where they come from. */
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        arena.close();
    }
}
