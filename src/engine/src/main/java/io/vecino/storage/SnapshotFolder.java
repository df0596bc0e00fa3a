package io.vecino.storage;

import io.vecino.model.EngineException;
import io.vecino.model.SnapshotInfo;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The snapshots of one collection in a folder. One writer at a time, of all processes; a snapshot is there or is not. */
public final class SnapshotFolder {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotFolder.class);
    private static final String PART = ".part";
    private static final String LOCK = ".lock";

    private final Path folder;

    /** @param folder created with the first snapshot */
    public SnapshotFolder(Path folder) {
        this.folder = folder;
    }

    private boolean has(String name) {
        return Files.exists(folder.resolve(name));
    }

    /** The snapshots, oldest first; those whose manifest cannot be read are left out. */
    public List<SnapshotInfo> list() {
        List<SnapshotInfo> found = new ArrayList<>();
        for (String name : names()) {
            try {
                found.add(SnapshotManifest.read(folder.resolve(name)).info(name));
            } catch (EngineException.InvalidArgument e) {
                LOG.warn("{} is no snapshot: {}", folder.resolve(name), e.getMessage());
            }
        }
        found.sort(Comparator.comparing(SnapshotInfo::created).thenComparing(SnapshotInfo::name));
        return found;
    }

    private List<String> names() {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.map(path -> path.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw Disk.failure("cannot list", folder, e);
        }
    }

    /**
     * Where a snapshot lies.
     *
     * @throws EngineException.NotFound if it is not there
     */
    public Path find(String name) {
        if (!has(name)) {
            throw new EngineException.NotFound("snapshot", folder.getFileName() + "/" + name);
        }
        return folder.resolve(name);
    }

    /**
     * Fails if a name is taken.
     *
     * @throws EngineException.Conflict if it is
     */
    public void requireFree(String name) {
        if (has(name)) {
            throw new EngineException.Conflict("snapshot exists: " + folder.getFileName() + "/" + name);
        }
    }

    /** Fills the folder of a new snapshot and describes it. */
    @FunctionalInterface
    public interface Content {
        /**
         * Writes the files.
         *
         * @param to where
         * @param earlier the snapshots that are there already
         */
        SnapshotManifest write(Path to, List<Path> earlier) throws IOException;
    }

    /**
     * Adds a snapshot, durably; nothing is left of one that fails.
     *
     * @throws EngineException.Conflict if the name is taken or another writer is at work
     */
    public SnapshotInfo add(String name, Content content) {
        Path part = folder.resolve(PART);
        try {
            Disk.LOCAL.createDirectories(folder);
            try (FileChannel _ = lock()) {
                requireFree(name);
                try {
                    FileTree.remove(part);
                    Files.createDirectory(part);
                    List<Path> earlier = names().stream().map(folder::resolve).toList();
                    SnapshotManifest manifest = content.write(part, earlier);
                    manifest.write(part);
                    FileTree.force(part);
                    Disk.LOCAL.rename(part, folder.resolve(name));
                    Disk.LOCAL.force(folder);
                    return manifest.info(name);
                } finally {
                    FileTree.remove(part);
                }
            }
        } catch (IOException e) {
            throw Disk.failure("cannot write a snapshot to", folder, e);
        }
    }

    /**
     * Removes a snapshot; what others share with it stays.
     *
     * @throws EngineException.NotFound if it is not there
     */
    public void delete(String name) {
        Path snapshot = find(name);
        try (FileChannel _ = lock()) {
            FileTree.remove(folder.resolve(PART));
            Disk.LOCAL.rename(snapshot, folder.resolve(PART));
            Disk.LOCAL.force(folder);
            FileTree.remove(folder.resolve(PART));
        } catch (IOException e) {
            throw Disk.failure("cannot remove", snapshot, e);
        }
    }

    private FileChannel lock() throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new EngineException.Conflict("a snapshot is being written to " + folder);
        }
        channel.close();
        throw new EngineException.Conflict("a snapshot is being written to " + folder);
    }
}
