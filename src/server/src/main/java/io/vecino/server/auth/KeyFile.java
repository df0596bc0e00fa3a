package io.vecino.server.auth;

import io.vecino.model.EngineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Keys in a file, one per line: {@code NAME SCOPE COLLECTIONS SHA256}, where collections are separated by commas and
 * {@code *} means all. Empty lines and lines that begin with {@code #} are passed over. The file holds no secrets.
 */
public final class KeyFile {
    private static final int FIELDS = 4;
    private static final String ALL = "*";

    private KeyFile() {}

    /**
     * All keys of a file.
     *
     * @throws EngineException.InvalidArgument if it cannot be read, or for a line that is not well-formed
     */
    public static List<ApiKey> read(Path file) {
        List<String> lines = lines(file);
        List<ApiKey> keys = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                keys.add(parse(line));
            } catch (EngineException.InvalidArgument e) {
                throw new EngineException.InvalidArgument(
                        file + " line " + (i + 1) + " " + e.field(), e.expected(), e.got());
            }
        }
        return List.copyOf(keys);
    }

    private static ApiKey parse(String line) {
        String[] fields = line.split("\\s+", -1);
        if (fields.length != FIELDS) {
            throw new EngineException.InvalidArgument("key", "NAME SCOPE COLLECTIONS SHA256", fields.length + " words");
        }
        Set<String> collections = fields[2].equals(ALL) ? Set.of() : new TreeSet<>(List.of(fields[2].split(",", -1)));
        return new ApiKey(new Caller(fields[0], Scope.of(fields[1]), collections), fields[3]);
    }

    /**
     * The secret in a file that holds nothing else, such as a container's secret.
     *
     * @throws EngineException.InvalidArgument if it cannot be read
     */
    public static String secret(Path file) {
        List<String> lines = lines(file).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        if (lines.size() != 1) {
            throw new EngineException.InvalidArgument(file.toString(), "one line, the key", lines.size() + " lines");
        }
        return lines.getFirst();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new EngineException.InvalidArgument(file.toString(), "a readable file of keys", e.toString());
        }
    }

    /**
     * Adds a key, durably. A new file can be read by its owner only.
     *
     * @throws EngineException.InvalidArgument if the file has a key of this name, or is not well-formed
     */
    public static void append(Path file, ApiKey key) {
        try {
            if (Files.exists(file)) {
                List<ApiKey> all = new ArrayList<>(read(file));
                all.add(key);
                ApiKeys.of(all);
            } else {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Caller caller = key.caller();
            String collections =
                    caller.collections().isEmpty() ? ALL : String.join(",", new TreeSet<>(caller.collections()));
            String line = String.join(" ", caller.name(), caller.scope().id(), collections, key.hash()) + "\n";
            String separator = endsWithinLine(file) ? "\n" : "";
            Files.writeString(file, separator + line, StandardOpenOption.APPEND);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean endsWithinLine(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        return bytes.length > 0 && bytes[bytes.length - 1] != '\n';
    }
}
