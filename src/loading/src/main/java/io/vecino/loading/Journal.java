package io.vecino.loading;

import io.vecino.model.EngineException;
import io.vecino.model.PointId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers in a file how far an import has come, so that it can go on after the process was killed. A state replaces the
 * one before in one step. After a power loss it may be ahead of the collection, which its witness then tells: a collection
 * recovers to a prefix of its writes.
 */
public final class Journal {
    private static final String FORM = "vecino import 1";
    private static final String SEPARATOR = "\t";

    private final Path file;
    private final String source;

    /**
     * @param file kept while the import is under way
     * @param source what is imported and how, on one line; another one is not gone on with
     */
    public Journal(Path file, String source) {
        this.file = file;
        this.source = source.replaceAll("\\s", " ");
    }

    /**
     * How far an import has come.
     *
     * @param rows all before this one are acknowledged or rejected
     * @param rejected of these
     * @param rejectsBytes length of the rejects file
     * @param witness a stored point that tells whether the collection still holds what was acknowledged; null before the first
     * @param version that it was stored under, at least
     */
    record State(
            long rows,
            long rejected,
            long rejectsBytes,
            @Nullable PointId witness,
            long version) {
        static final State START = new State(0, 0, 0, null, 0);
    }

    /**
     * Where to go on; nothing if there is no import under way.
     *
     * @throws EngineException.Conflict if another import is
     */
    Optional<State> read() {
        try {
            String[] lines = Files.readString(file).split("\n", 4);
            if (lines.length < 4 || !lines[0].equals(FORM)) {
                throw new EngineException.Conflict(file + " is no journal of an import; restart it from the beginning");
            }
            if (!lines[1].equals(source)) {
                throw new EngineException.Conflict("an import is under way that differs: it was of " + lines[1]
                        + ", this is of " + source + "; restart it from the beginning");
            }
            String[] values = lines[2].split(SEPARATOR, -1);
            PointId witness = values[3].isEmpty() ? null : witness(values[3], lines[3]);
            return Optional.of(new State(
                    Long.parseLong(values[0]),
                    Long.parseLong(values[1]),
                    Long.parseLong(values[2]),
                    witness,
                    Long.parseLong(values[4])));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new EngineException.StorageFailure("cannot read " + file + ": " + e, e);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new EngineException.Conflict(file + " is damaged; restart the import from the beginning");
        }
    }

    private static PointId witness(String kind, String text) {
        return kind.equals("number") ? PointId.of(Long.parseUnsignedLong(text)) : PointId.of(text);
    }

    void write(State state) {
        PointId witness = state.witness();
        String kind = witness == null ? "" : witness instanceof PointId.Numeric ? "number" : "text";
        String text = String.join(
                "\n",
                FORM,
                source,
                String.join(
                        SEPARATOR,
                        String.valueOf(state.rows()),
                        String.valueOf(state.rejected()),
                        String.valueOf(state.rejectsBytes()),
                        kind,
                        String.valueOf(state.version())),
                witness == null ? "" : witness.toString());
        Path next = file.resolveSibling(file.getFileName() + ".part");
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            try (FileChannel channel = FileChannel.open(
                    next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new EngineException.StorageFailure("cannot write " + file + ": " + e, e);
        }
    }

    /** Forgets an import. */
    public void remove() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new EngineException.StorageFailure("cannot remove " + file + ": " + e, e);
        }
    }
}
