package io.vecino.storage;

import io.vecino.model.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Temporary folders beside the data, so that hard links can be made. What a crash leaves is removed by {@link #clear}. */
public final class Staging implements AutoCloseable {
    private final Path root;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    /** @param root holds nothing but temporary folders */
    public Staging(Path root) {
        this.root = root;
    }

    /** Work with something that is there for as long as the work goes on. */
    @FunctionalInterface
    public interface Use<S, T> {
        /** Does the work. */
        T apply(S source) throws IOException;
    }

    /** Removes everything; before the first use. */
    public void clear() {
        try {
            FileTree.remove(root);
        } catch (IOException e) {
            throw Disk.failure("cannot remove", root, e);
        }
    }

    /**
     * Works in a new folder, which is removed afterwards.
     *
     * @throws EngineException.Unavailable once closing has begun
     */
    public <T> T with(Use<Path, T> use) throws IOException {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new EngineException.Unavailable("the engine is closed");
            }
            Files.createDirectories(root);
            Path folder = Files.createTempDirectory(root, "");
            try {
                return use.apply(folder);
            } finally {
                FileTree.remove(folder);
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Turns new work away and waits for work in progress. */
    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            closed = true;
        } finally {
            lock.writeLock().unlock();
        }
    }
}
