package io.vecino.loading.file;

import io.vecino.model.EngineException;
import io.vecino.model.Payload;
import io.vecino.model.PointId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Ids beside vectors: an .npy of one dimension of integers, a line of text per row, or a JSON object per line with {@code
 * id} and {@code payload}; text may be packed by gzip or zstd.
 */
final class SidecarLabels {
    private SidecarLabels() {}

    static Labels open(Path path, ReadOptions options) {
        byte[] head = PointFiles.head(path);
        ByteInput in = ByteInput.of(path);
        try {
            if (NpyHeader.recognises(head)) {
                return integers(in);
            }
            TextLines lines =
                    new TextLines(Unpacking.open(in, Unpacking.kind(head).orElse(null)));
            return new Lines(lines, path.toString(), options);
        } catch (RuntimeException e) {
            in.close();
            throw e;
        }
    }

    private static Labels integers(ByteInput in) {
        NpyHeader header = NpyHeader.read(in);
        int width = switch (header.descr()) {
            case "<i8", "<u8" -> Long.BYTES;
            case "<i4", "<u4" -> Integer.BYTES;
            default -> throw in.wrong(0, "dtype <i8, <u8, <i4 or <u4 of ids", header.descr());
        };
        if (header.shape().size() != 1) {
            throw in.wrong(0, "ids of one dimension", header.shape().toString());
        }
        return new Integers(
                in, width, header.descr().charAt(1) == 'i', header.shape().getFirst());
    }

    private record Integers(ByteInput in, int width, boolean signed, long count) implements Labels {
        @Override
        public Found next(long row) {
            if (row >= count) {
                throw in.wrong(in.offset(), "an id for row " + row, "the end of " + count + " ids");
            }
            ByteBuffer bytes = ByteBuffer.wrap(in.take(width, "an id")).order(ByteOrder.LITTLE_ENDIAN);
            long value = width == Long.BYTES
                    ? bytes.getLong()
                    : signed ? bytes.getInt() : Integer.toUnsignedLong(bytes.getInt());
            return signed && value < 0
                    ? new Unreadable("id: expected an unsigned 64-bit integer, got " + value)
                    : new Label(PointId.of(value), Payload.EMPTY);
        }

        @Override
        public void skip(long rows) {
            in.pass(rows * width);
        }

        @Override
        public void requireEnd(long rows) {
            if (rows != count) {
                throw in.wrong(in.offset(), rows + " ids, as there are vectors", count + " ids");
            }
        }

        @Override
        public void close() {
            in.close();
        }
    }

    private static final class Lines implements Labels {
        private final TextLines lines;
        private final String name;
        private final ReadOptions options;
        private @Nullable Boolean json;

        Lines(TextLines lines, String name, ReadOptions options) {
            this.lines = lines;
            this.name = name;
            this.options = options;
        }

        @Override
        public Found next(long row) {
            if (!lines.next()) {
                throw new EngineException.InvalidArgument(name, "an id for row " + row, "the end of the file");
            }
            if (json == null) {
                json = lines.buffer()[lines.at()] == '{';
            }
            return json ? object() : text();
        }

        private Found object() {
            try {
                JsonRow row = JsonRow.read(lines.buffer(), lines.at(), lines.length(), options);
                return row.id() == null
                        ? new Unreadable("id: expected an id beside the vector, got nothing")
                        : new Label(row.id(), Payloads.of(row.payload(), Payload.EMPTY));
            } catch (BadRowException e) {
                return new Unreadable(e.reason());
            }
        }

        private Found text() {
            String text = new String(lines.buffer(), lines.at(), lines.length(), StandardCharsets.UTF_8);
            try {
                return new Label(id(text), Payload.EMPTY);
            } catch (EngineException.InvalidArgument e) {
                return new Unreadable(String.valueOf(e.getMessage()));
            }
        }

        @Override
        public void skip(long rows) {
            for (long i = 0; i < rows; i++) {
                if (!lines.next()) {
                    throw new EngineException.InvalidArgument(name, rows + " ids", "fewer");
                }
                if (json == null) {
                    json = lines.buffer()[lines.at()] == '{';
                }
            }
        }

        @Override
        public void requireEnd(long rows) {
            if (lines.next()) {
                throw new EngineException.InvalidArgument(name, rows + " ids, as there are vectors", "more");
            }
        }

        @Override
        public void close() {
            lines.close();
        }
    }

    /** A number if the text is one, else a UUID or a text. */
    static PointId id(String text) {
        if (!text.isEmpty() && text.length() <= 20 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            try {
                return PointId.of(Long.parseUnsignedLong(text));
            } catch (NumberFormatException e) {
                throw new EngineException.InvalidArgument("id", "an unsigned 64-bit integer or a text", text);
            }
        }
        return PointId.of(text);
    }
}
