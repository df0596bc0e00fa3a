package io.vecino.loading.file;

import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Opens files of points. */
public final class PointFiles {
    private static final int HEAD = 1 << 16;
    private static final long HDF5_MAGIC = 0x894844460d0a1a0aL;

    private PointFiles() {}

    /**
     * Opens a file. Where no format is given it is told by content, and only what content leaves open by name.
     *
     * @throws EngineException.InvalidArgument naming file, offset and reason if it cannot be read
     * @throws EngineException.StorageFailure if there is no such file, or the disk fails
     */
    public static PointReader open(Path path, ReadOptions options) {
        byte[] head = head(path);
        Format format = options.format().orElseGet(() -> guess(path, head));
        Labels labels = labels(options);
        try {
            return switch (format) {
                case HDF5 -> Hdf5Reader.open(path, options, labels);
                case PARQUET -> ParquetReader.open(path, options, labels);
                default -> {
                    ByteInput in = ByteInput.of(path);
                    try {
                        yield streamed(in, Unpacking.kind(head).orElse(null), format, options, labels);
                    } catch (RuntimeException e) {
                        in.close();
                        throw e;
                    }
                }
            };
        } catch (RuntimeException e) {
            labels.close();
            throw e;
        }
    }

    /**
     * Reads a stream of a given format that {@link Format#streamed can be streamed}.
     *
     * @param name used in messages
     * @param kind {@code gzip} or {@code zstd} if text is packed so
     */
    public static PointReader stream(
            InputStream in, String name, OptionalLong size, @Nullable String kind, ReadOptions options) {
        Format format = options.format().orElseThrow();
        if (!format.streamed()) {
            throw new EngineException.InvalidArgument("format", "one that can be streamed", format.id());
        }
        return streamed(new ByteInput(in, name, size), kind, format, options, labels(options));
    }

    static PointReader streamed(
            ByteInput in, @Nullable String kind, Format format, ReadOptions options, Labels labels) {
        return switch (format) {
            case NPY -> MatrixReader.npy(in, labels);
            case FVECS, BVECS, IVECS -> MatrixReader.texmex(in, format, labels);
            case JSONL -> new JsonlReader(new TextLines(Unpacking.open(in, kind)), options, labels);
            case CSV -> new CsvReader(Unpacking.open(in, kind), options, labels);
            case HDF5, PARQUET -> throw new IllegalArgumentException(format.id());
        };
    }

    private static Labels labels(ReadOptions options) {
        return options.ids()
                .map(path -> SidecarLabels.open(path, options))
                .orElseGet(() -> Labels.numbers(options.firstId()));
    }

    static byte[] head(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            return in.readNBytes(HEAD);
        } catch (IOException e) {
            throw ByteInput.failure(path.toString(), e);
        }
    }

    private static Format guess(Path path, byte[] head) {
        if (NpyHeader.recognises(head)) {
            return Format.NPY;
        }
        if (ParquetReader.recognises(head)) {
            return Format.PARQUET;
        }
        if (head.length >= Long.BYTES && ByteBuffer.wrap(head).getLong() == HDF5_MAGIC) {
            return Format.HDF5;
        }
        String name = Objects.toString(path.getFileName(), "").toLowerCase(Locale.ROOT);
        Optional<String> kind = Unpacking.kind(head);
        if (kind.isPresent()) {
            return text(unpackedHead(path, kind.get())).orElse(name.contains(".csv") ? Format.CSV : Format.JSONL);
        }
        return texmex(path, head, name).or(() -> text(head)).orElseThrow(() -> unknown(path, head));
    }

    private static EngineException unknown(Path path, byte[] head) {
        StringBuilder hex = new StringBuilder();
        for (int i = 0; i < Math.min(8, head.length); i++) {
            hex.append(String.format("%02x", head[i]));
        }
        return new EngineException.InvalidArgument(
                path + " at byte 0",
                "npy, fvecs, bvecs, ivecs, HDF5, Parquet, JSON lines or CSV",
                hex.isEmpty() ? "an empty file" : "bytes " + hex);
    }

    private static byte[] unpackedHead(Path path, String kind) {
        try (Unpacking text = Unpacking.open(ByteInput.of(path), kind)) {
            byte[] head = new byte[HEAD];
            int got = Math.max(0, text.read(head, 0, head.length));
            return Arrays.copyOf(head, got);
        }
    }

    private static Optional<Format> text(byte[] head) {
        for (byte b : head) {
            if (b == '{') {
                return Optional.of(Format.JSONL);
            }
            if (b != ' '
                    && b != '\t'
                    && b != '\r'
                    && b != '\n'
                    && b != (byte) 0xef
                    && b != (byte) 0xbb
                    && b != (byte) 0xbf) {
                break;
            }
        }
        int line = 0;
        while (line < head.length && head[line] != '\n') {
            if (head[line] >= 0 && head[line] < ' ' && head[line] != '\t' && head[line] != '\r') {
                return Optional.empty();
            }
            line++;
        }
        return line > 0 && line < head.length ? Optional.of(Format.CSV) : Optional.empty();
    }

    /** A file is of TEXMEX's if its second row begins with the same dimension as its first; the width of rows tells which. */
    private static Optional<Format> texmex(Path path, byte[] head, String name) {
        ByteBuffer bytes = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        int dimension = head.length < Integer.BYTES ? 0 : bytes.getInt(0);
        if (dimension < 1 || dimension > CollectionConfig.MAX_DIMENSION) {
            return Optional.empty();
        }
        boolean wide = repeats(path, bytes, dimension, Float.BYTES);
        boolean narrow = repeats(path, bytes, dimension, 1);
        if (narrow && (!wide || name.endsWith(".bvecs"))) {
            return Optional.of(Format.BVECS);
        }
        if (!wide && !name.endsWith("vecs")) {
            return Optional.empty();
        }
        return Optional.of(
                name.endsWith(".ivecs") || (!name.endsWith(".fvecs") && wholeNumbers(bytes, dimension))
                        ? Format.IVECS
                        : name.endsWith(".bvecs") && !wide ? Format.BVECS : Format.FVECS);
    }

    private static boolean repeats(Path path, ByteBuffer head, int dimension, int width) {
        int stride = Integer.BYTES + dimension * width;
        long size = path.toFile().length();
        boolean again = stride + Integer.BYTES > head.limit() || head.getInt(stride) == dimension;
        return again && (size % stride == 0 || (stride + Integer.BYTES <= head.limit() && size > stride));
    }

    /** Small whole numbers would be float32 of no size. */
    private static boolean wholeNumbers(ByteBuffer head, int dimension) {
        int last = Math.min(head.limit(), Integer.BYTES * (dimension + 1)) - Integer.BYTES;
        for (int at = Integer.BYTES; at <= last; at += Integer.BYTES) {
            int bits = head.getInt(at) & 0x7fffffff;
            if (bits > 0x00ffffff) {
                return false;
            }
        }
        return true;
    }
}
