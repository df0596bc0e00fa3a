package io.vecino.loading.file;

import io.vecino.model.EngineException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A file that comes in parts, cut anywhere. Of each part the rows that are whole are read; the rest waits for the next part. For
 * one thread.
 */
public final class FileParts {
    private static final int LONGEST_REST = 1 << 20;

    private final String name;
    private final ReadOptions options;
    private final Format format;
    private byte[] rest = new byte[0];
    private byte[] header = new byte[0];
    private @Nullable NpyHeader npy;
    private long rows;

    /**
     * @param name of the file in messages
     * @param options with a format that can be streamed, without ids beside
     * @throws EngineException.InvalidArgument if the format is none
     */
    public FileParts(String name, ReadOptions options) {
        this.name = name;
        this.options = options;
        this.format = options.format().orElseThrow();
        if (!format.streamed()) {
            throw new EngineException.InvalidArgument("format", "one that can be streamed", format.id());
        }
    }

    public Format format() {
        return format;
    }

    /** Rows of the parts that were accepted. */
    public long rows() {
        return rows;
    }

    /**
     * What is whole of a part.
     *
     * @param reader of these rows, numbered from 0; null if there are none
     * @param firstRow number of the first of them in the file
     */
    @SuppressWarnings("ArrayRecordComponent") // handed from one method of this class to another
    public record Part(
            @Nullable PointReader reader,
            long firstRow,
            byte[] rest,
            byte[] header,
            @Nullable NpyHeader npy) {}

    /**
     * Looks at the next part; nothing changes until it is {@link #accept accepted}.
     *
     * @param last whether the file ends with it
     * @throws EngineException.InvalidArgument if it cannot be read on
     */
    public Part part(byte[] bytes, int offset, int length, boolean last) {
        byte[] all = Arrays.copyOf(rest, rest.length + length);
        System.arraycopy(bytes, offset, all, rest.length, length);
        Part part = switch (format) {
            case NPY -> npy(all, last);
            case FVECS, BVECS, IVECS -> texmex(all, last);
            default -> lines(all, last);
        };
        if (part.rest().length > LONGEST_REST) {
            throw new EngineException.InvalidArgument(
                    name, "rows of at most " + LONGEST_REST + " bytes", part.rest().length + " bytes without an end");
        }
        return part;
    }

    /** Goes on behind a part, whose reader has been read. */
    public void accept(Part part, long count) {
        rest = part.rest();
        header = part.header();
        npy = part.npy();
        rows += count;
    }

    private Part npy(byte[] all, boolean last) {
        NpyHeader known = npy;
        int from = 0;
        if (known == null) {
            ByteInput in = input(all);
            try {
                known = NpyHeader.read(in);
            } catch (EngineException.InvalidArgument e) {
                if (!last && all.length < 1 << 16 && (all.length < 6 || NpyHeader.recognises(all)) && cut(all)) {
                    return new Part(null, rows, all, header, null);
                }
                throw e;
            }
            from = (int) in.offset();
        }
        // A header for no rows, so that the reader says what is wrong with it.
        int stride = MatrixReader.npy(withRows(known, 0, new byte[0]), Labels.numbers(0))
                .stride();
        long left = known.shape().getFirst() - rows;
        long whole = Math.min(left, (all.length - from) / stride);
        byte[] beyond = Arrays.copyOfRange(all, from + (int) whole * stride, all.length);
        if ((last && whole < left) || (whole == left && beyond.length > 0)) {
            throw new EngineException.InvalidArgument(
                    name, known.shape().getFirst() + " rows", (rows + whole) + " and " + beyond.length + " bytes");
        }
        byte[] body = Arrays.copyOfRange(all, from, from + (int) whole * stride);
        return new Part(MatrixReader.npy(withRows(known, whole, body), labels()), rows, beyond, header, known);
    }

    /** Whether a header that cannot be read yet may be so for want of bytes. */
    private static boolean cut(byte[] all) {
        if (all.length < 10) {
            return true;
        }
        ByteBuffer bytes = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
        return all[6] == 1
                ? all.length < 10 + Short.toUnsignedInt(bytes.getShort(8))
                : all.length < 12 + bytes.getInt(8);
    }

    private ByteInput withRows(NpyHeader known, long count, byte[] body) {
        List<Long> shape =
                known.shape().size() == 2 ? List.of(count, known.shape().getLast()) : known.shape();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(new NpyHeader(known.descr(), shape).encode().array(), 0, NpyHeader.BYTES);
        bytes.write(body, 0, body.length);
        return input(bytes.toByteArray());
    }

    private String where() {
        return rows == 0 ? name : name + " behind row " + rows;
    }

    private ByteInput input(byte[] bytes) {
        return new ByteInput(new ByteArrayInputStream(bytes), where(), OptionalLong.of(bytes.length));
    }

    private Part texmex(byte[] all, boolean last) {
        if (all.length < Integer.BYTES && !last) {
            return new Part(null, rows, all, header, null);
        }
        if (all.length == 0) {
            return new Part(null, rows, all, header, null);
        }
        int stride = MatrixReader.texmexStride(input(all), format);
        int whole = last ? all.length : all.length / stride * stride;
        PointReader reader =
                whole == 0 ? null : MatrixReader.texmex(input(Arrays.copyOf(all, whole)), format, labels());
        return new Part(reader, rows, Arrays.copyOfRange(all, whole, all.length), header, null);
    }

    private Part lines(byte[] all, boolean last) {
        if (header.length == 0 && Unpacking.kind(all).isPresent()) {
            throw new EngineException.InvalidArgument(name, "plain text", "a packed file");
        }
        int start = 0;
        byte[] names = header;
        if (format == Format.CSV && names.length == 0) {
            start = lastLineEnd(all, true);
            names = Arrays.copyOf(all, start);
        }
        int end = last ? all.length : Math.max(start, lastLineEnd(all, false));
        byte[] rows = new byte[names.length + end - start];
        System.arraycopy(names, 0, rows, 0, names.length);
        System.arraycopy(all, start, rows, names.length, end - start);
        PointReader reader = end == start ? null : PointFiles.streamed(input(rows), null, format, options, labels());
        return new Part(reader, this.rows, Arrays.copyOfRange(all, end, all.length), names, null);
    }

    /** Behind the first or last end of a line that is in no quotes; 0 if there is none. */
    private int lastLineEnd(byte[] bytes, boolean first) {
        boolean quoted = false;
        int end = 0;
        for (int i = 0; i < bytes.length; i++) {
            quoted ^= bytes[i] == '"' && format == Format.CSV;
            if (bytes[i] == '\n' && !quoted) {
                end = i + 1;
                if (first) {
                    return end;
                }
            }
        }
        return end;
    }

    private Labels labels() {
        return Labels.numbers(options.firstId() + rows);
    }
}
