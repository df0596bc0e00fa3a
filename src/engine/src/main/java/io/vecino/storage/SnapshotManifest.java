package io.vecino.storage;

import io.vecino.model.EngineException;
import io.vecino.model.SnapshotInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a snapshot is of and which files it consists of. UTF-8 lines: {@code vecino-snapshot 1}; {@code key value} for
 * {@code collection}, {@code id}, {@code created}, {@code points} and {@code added}; {@code file SHA-256 length path} for each
 * file; {@code end} with the SHA-256 of all lines before.
 *
 * @param id the number that stood for the collection in its data directory, and is the owner of its segment files
 * @param added bytes of the files that no earlier snapshot of the folder had
 * @param files by path with {@code /}, relative to the snapshot
 */
public record SnapshotManifest(
        String collection, long id, Instant created, long points, long added, SortedMap<String, FileDigest> files) {
    /** Name of the file; it is written last. */
    public static final String NAME = "SNAPSHOT";

    private static final String FIRST_LINE = "vecino-snapshot 1";
    private static final String FAMILY = "vecino-snapshot ";
    private static final Pattern PATH =
            Pattern.compile("(rocksdb/[A-Za-z0-9][A-Za-z0-9._-]{0,250}|segments/[0-9]{1,19}\\.[a-z]{1,16})");
    private static final int FILE_PARTS = 4;

    public SnapshotManifest {
        files = new TreeMap<>(files);
    }

    /** Bytes of all files. */
    public long bytes() {
        return files.values().stream().mapToLong(FileDigest::length).sum();
    }

    /** What users are told of it. */
    public SnapshotInfo info(String name) {
        return new SnapshotInfo(collection, name, created, points, bytes(), added);
    }

    /** Writes it into a snapshot's folder, durably. */
    void write(Path snapshot) {
        StringBuilder text = new StringBuilder(FIRST_LINE);
        text.append("\ncollection ").append(collection);
        text.append("\nid ").append(id);
        text.append("\ncreated ").append(created);
        text.append("\npoints ").append(points);
        text.append("\nadded ").append(added).append('\n');
        files.forEach((path, digest) -> text.append("file ")
                .append(digest.sha256())
                .append(' ')
                .append(digest.length())
                .append(' ')
                .append(path)
                .append('\n'));
        String sum = FileDigest.of(text.toString().getBytes(StandardCharsets.UTF_8));
        text.append("end ").append(sum).append('\n');
        AtomicFile.write(Disk.LOCAL, snapshot.resolve(NAME), text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads the manifest of a snapshot; its files are not looked at.
     *
     * @throws EngineException.InvalidArgument if there is none, or it is not as it was written
     */
    public static SnapshotManifest read(Path snapshot) {
        try {
            return parse(snapshot, Files.readString(snapshot.resolve(NAME)));
        } catch (IOException | IllegalArgumentException | DateTimeParseException e) {
            throw damaged(snapshot, "a snapshot's manifest", String.valueOf(e));
        }
    }

    private static SnapshotManifest parse(Path snapshot, String text) {
        int end = text.lastIndexOf("end ");
        if (!text.startsWith(FIRST_LINE + "\n")) {
            String first = text.lines().findFirst().orElse("nothing");
            throw damaged(snapshot, FIRST_LINE, first.startsWith(FAMILY) ? first : "another first line");
        }
        String sum = FileDigest.of(text.substring(0, Math.max(0, end)).getBytes(StandardCharsets.UTF_8));
        if (end < 0 || !text.substring(end).equals("end " + sum + "\n")) {
            throw damaged(snapshot, "a last line with the checksum of those before", "another");
        }
        Map<String, String> values = new HashMap<>();
        TreeMap<String, FileDigest> files = new TreeMap<>();
        List<String> lines = new ArrayList<>(text.substring(0, end).lines().toList());
        for (String line : lines.subList(1, lines.size())) {
            String[] parts = line.split(" ", FILE_PARTS);
            if (parts.length == FILE_PARTS && PATH.matcher(parts[3]).matches()) {
                files.put(parts[3], new FileDigest(parts[1], Long.parseLong(parts[2])));
            } else if (parts.length == 2) {
                values.put(parts[0], parts[1]);
            } else {
                throw damaged(snapshot, "a file or a value", line);
            }
        }
        return new SnapshotManifest(
                values.getOrDefault("collection", ""),
                Long.parseLong(values.getOrDefault("id", "")),
                Instant.parse(values.getOrDefault("created", "")),
                Long.parseLong(values.getOrDefault("points", "")),
                Long.parseLong(values.getOrDefault("added", "")),
                files);
    }

    static EngineException damaged(Path snapshot, String expected, String got) {
        return new EngineException.InvalidArgument("snapshot", expected + " in " + snapshot.resolve(NAME), got);
    }
}
