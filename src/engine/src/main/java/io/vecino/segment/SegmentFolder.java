package io.vecino.segment;

import io.vecino.model.EngineException;
import io.vecino.storage.CheckedFile;
import io.vecino.storage.CheckedFileWriter;
import io.vecino.storage.DamagedFileException;
import io.vecino.storage.Disk;
import io.vecino.storage.FileTree;
import io.vecino.storage.FormatHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the segment files of one collection lie. Thread-safe. */
public final class SegmentFolder {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentFolder.class);
    private static final String SEGMENTS = "segments";
    private static final String QUARANTINE = "quarantine";

    private final Disk disk;
    private final Path data;
    private final long collectionId;
    private final Path folder;
    private final Set<Long> doomed = new HashSet<>();
    private int holds;

    /**
     * Opens the folder, creating it if absent.
     *
     * @param data the data directory
     */
    public SegmentFolder(Disk disk, Path data, long collectionId) {
        this.disk = disk;
        this.data = data;
        this.collectionId = collectionId;
        this.folder = data.resolve(SEGMENTS).resolve(String.valueOf(collectionId));
        try {
            disk.createDirectories(folder);
        } catch (IOException e) {
            throw Disk.failure("cannot create", folder, e);
        }
    }

    private Path path(long segment, SegmentFile kind) {
        return folder.resolve(kind.fileName(segment));
    }

    private FormatHeader header(long segment, SegmentFile kind) {
        return new FormatHeader(kind.kind(), collectionId, segment);
    }

    CheckedFileWriter write(long segment, SegmentFile kind) {
        return new CheckedFileWriter(disk, path(segment, kind), header(segment, kind));
    }

    CheckedFile open(long segment, SegmentFile kind) throws DamagedFileException {
        return CheckedFile.open(path(segment, kind), header(segment, kind));
    }

    /** Bytes of a segment's files. */
    long bytes(long segment) {
        long bytes = 0;
        for (SegmentFile kind : SegmentFile.values()) {
            bytes += path(segment, kind).toFile().length();
        }
        return bytes;
    }

    /** Keeps all segments' files until it is closed. */
    public interface Hold extends AutoCloseable {
        @Override
        void close();
    }

    /** Puts removals of segments off until the hold is closed. */
    public synchronized Hold hold() {
        holds++;
        return this::release;
    }

    private void release() {
        List<Long> due = List.of();
        synchronized (this) {
            if (--holds == 0) {
                due = List.copyOf(doomed);
                doomed.clear();
            }
        }
        due.forEach(this::remove);
    }

    private synchronized boolean heldBack(long segment) {
        if (holds > 0) {
            doomed.add(segment);
        }
        return holds > 0;
    }

    /** Puts the files of segments into another folder, by hard links where they can be made. */
    public void linkInto(Path target, Set<Long> segments) {
        try {
            Files.createDirectories(target);
            for (long segment : segments) {
                for (SegmentFile kind : SegmentFile.values()) {
                    Path path = path(segment, kind);
                    if (Files.exists(path)) {
                        FileTree.link(path, target.resolve(path.getFileName()));
                    }
                }
            }
        } catch (IOException e) {
            throw Disk.failure("cannot copy segments to", target, e);
        }
    }

    /**
     * Takes over segments of a collection that had another number.
     *
     * @param source where {@link #linkInto} put them
     * @param owner the number
     */
    public void adopt(Path source, long owner, Set<Long> segments) {
        for (long segment : segments) {
            for (SegmentFile kind : SegmentFile.values()) {
                Path path = source.resolve(kind.fileName(segment));
                if (Files.exists(path)) {
                    adopt(path, owner, segment, kind);
                }
            }
        }
    }

    private void adopt(Path path, long owner, long segment, SegmentFile kind) {
        try (CheckedFile from = CheckedFile.open(path, new FormatHeader(kind.kind(), owner, segment));
                CheckedFileWriter to = write(segment, kind)) {
            to.write(from.body());
            to.finish();
        } catch (DamagedFileException e) {
            throw new EngineException.StorageFailure(String.valueOf(e.getMessage()), e);
        }
    }

    /** Removes a segment's files; what cannot be removed now is an orphan for the next opening. */
    public void remove(long segment) {
        if (heldBack(segment)) {
            return;
        }
        for (SegmentFile kind : SegmentFile.values()) {
            remove(path(segment, kind));
        }
    }

    private void remove(Path path) {
        try {
            disk.delete(path);
        } catch (IOException e) {
            LOG.warn("cannot remove {}", path, e);
        }
    }

    /** Moves a segment's files to where nobody reads them, for an operator to look at. */
    public void quarantine(long segment) {
        Path target = data.resolve(QUARANTINE);
        try {
            disk.createDirectories(target);
            for (SegmentFile kind : SegmentFile.values()) {
                Path path = path(segment, kind);
                if (Files.exists(path)) {
                    disk.rename(path, target.resolve(collectionId + "-" + path.getFileName()));
                }
            }
        } catch (IOException e) {
            LOG.warn("cannot move the files of segment {} to {}", segment, target, e);
        }
    }

    /** Removes every file that belongs to none of the segments: what an interrupted build, merge or deletion left. */
    public void removeOrphans(Set<Long> segments) {
        for (String path : orphans(segments)) {
            LOG.info("removing {}, which no manifest names", path);
            remove(Path.of(path));
        }
    }

    /** Paths of the files that belong to none of the segments. */
    public List<String> orphans(Set<Long> segments) {
        Set<String> known = new HashSet<>();
        for (long segment : segments) {
            for (SegmentFile kind : SegmentFile.values()) {
                known.add(kind.fileName(segment));
            }
        }
        return files().stream()
                .filter(path -> !known.contains(path.getFileName().toString()))
                .map(Path::toString)
                .toList();
    }

    private List<Path> files() {
        List<Path> paths = new ArrayList<>();
        try (Stream<Path> found = Files.list(folder)) {
            found.forEach(paths::add);
        } catch (IOException e) {
            throw Disk.failure("cannot list", folder, e);
        }
        return paths;
    }

    /** Removes the folder with all it holds, once the collection is gone. */
    public void removeAll() {
        removeOrphans(Set.of());
        remove(folder);
    }

    /** Removes the folders of collections that are gone. */
    public static void removeOrphans(Disk disk, Path data, Set<Long> collections) {
        Path root = data.resolve(SEGMENTS);
        if (!Files.isDirectory(root)) {
            return;
        }
        try (Stream<Path> found = Files.list(root)) {
            for (Path path : found.toList()) {
                String name = path.getFileName().toString();
                if (name.matches("[0-9]{1,18}") && !collections.contains(Long.valueOf(name))) {
                    new SegmentFolder(disk, data, Long.parseLong(name)).removeAll();
                }
            }
        } catch (IOException e) {
            throw new EngineException.StorageFailure("cannot list " + root + ": " + e, e);
        }
    }
}
