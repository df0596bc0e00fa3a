package io.vecino.storage;

import io.vecino.model.EngineException;
import io.vecino.model.ProgressListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files into a snapshot, and the check that they still are what they were. */
public final class SnapshotTransfer {
    /** What {@link #verify} calls itself. */
    public static final String VERIFY = "verify";

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotTransfer.class);

    private SnapshotTransfer() {}

    /** @param added bytes of the files that none of the earlier snapshots had */
    public record Transferred(TreeMap<String, FileDigest> files, long added) {}

    /**
     * Puts files into a snapshot, by hard links where they can be made: to the same file in an earlier snapshot if that one
     * is intact, else to the file given.
     *
     * @param from whose files are named in the snapshot as they are here
     * @param earlier snapshots that files may be shared with
     */
    public static Transferred into(Path snapshot, Path from, List<Path> earlier, ProgressListener progress)
            throws IOException {
        Map<FileDigest, Path> known = known(earlier);
        List<Path> files = FileTree.files(from);
        LongConsumer counted = counted(total(files), "snapshot", progress);
        TreeMap<String, FileDigest> digests = new TreeMap<>();
        long added = 0;
        for (Path file : files) {
            FileDigest digest = FileDigest.of(file, counted);
            String name = from.relativize(file).toString().replace('\\', '/');
            Path to = snapshot.resolve(name);
            Files.createDirectories(Objects.requireNonNull(to.getParent()));
            Path same = known.get(digest);
            if (same != null
                    && Files.exists(same)
                    && FileDigest.of(same, _ -> {}).equals(digest)) {
                FileTree.link(same, to);
            } else {
                FileTree.link(file, to);
                added += digest.length();
            }
            digests.put(name, digest);
        }
        return new Transferred(digests, added);
    }

    private static Map<FileDigest, Path> known(List<Path> earlier) {
        Map<FileDigest, Path> known = new HashMap<>();
        for (Path snapshot : earlier) {
            try {
                SnapshotManifest.read(snapshot)
                        .files()
                        .forEach((path, digest) -> known.putIfAbsent(digest, snapshot.resolve(path)));
            } catch (EngineException.InvalidArgument e) {
                LOG.warn("nothing is shared with {}: {}", snapshot, e.getMessage());
            }
        }
        return known;
    }

    private static long total(List<Path> files) throws IOException {
        long total = 0;
        for (Path file : files) {
            total += Files.size(file);
        }
        return total;
    }

    private static LongConsumer counted(long total, String task, ProgressListener progress) {
        long[] done = {0};
        return bytes -> {
            done[0] += bytes;
            progress.at(task, Math.min(1, (double) done[0] / Math.max(1, total)));
        };
    }

    /**
     * Reads every file of a snapshot.
     *
     * @throws EngineException.InvalidArgument naming the first that is missing, cut short or changed
     */
    public static void verify(Path snapshot, SnapshotManifest manifest, ProgressListener progress) {
        LongConsumer counted = counted(manifest.bytes(), VERIFY, progress);
        manifest.files().forEach((name, expected) -> {
            Path file = snapshot.resolve(name);
            try {
                if (!Files.isRegularFile(file)) {
                    throw bad(snapshot, name, expected, "no such file");
                }
                long length = Files.size(file);
                if (length != expected.length()) {
                    throw bad(snapshot, name, expected, length + " bytes");
                }
                FileDigest found = FileDigest.of(file, counted);
                if (!found.equals(expected)) {
                    throw bad(snapshot, name, expected, "SHA-256 " + found.sha256());
                }
            } catch (IOException e) {
                throw Disk.failure("cannot read", file, e);
            }
        });
    }

    private static EngineException bad(Path snapshot, String name, FileDigest expected, String got) {
        return new EngineException.InvalidArgument(
                "snapshot",
                snapshot.getFileName() + "/" + name + " of " + expected.length() + " bytes with SHA-256 "
                        + expected.sha256(),
                got);
    }
}
