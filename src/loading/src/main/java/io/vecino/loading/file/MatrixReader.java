package io.vecino.loading.file;

import io.vecino.model.CollectionConfig;
import io.vecino.model.Payload;
import io.vecino.model.Point;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Rows of equal width, one after the other: .npy, and TEXMEX's formats, whose rows begin with their dimension. */
final class MatrixReader implements PointReader {
    private static final int BLOCK_BYTES = 1 << 20;
    private static final long MOST_ROWS = 1L << 46;

    private final ByteInput in;
    private final Format format;
    private final Element element;
    private final OptionalLong rows;
    private final int dimension;
    private final int prefix;
    private final Labels labels;
    private ByteBuffer block = ByteBuffer.allocate(0);
    private long blockAt;
    private long next;

    private MatrixReader(
            ByteInput in, Format format, Element element, OptionalLong rows, int dimension, int prefix, Labels labels) {
        this.in = in;
        this.format = format;
        this.element = element;
        this.rows = rows;
        this.dimension = dimension;
        this.prefix = prefix;
        this.labels = labels;
    }

    static MatrixReader npy(ByteInput in, Labels labels) {
        NpyHeader header = NpyHeader.read(in);
        List<Long> shape = header.shape();
        if (shape.size() != 2) {
            throw in.wrong(0, "a shape of two dimensions", shape.toString());
        }
        Element element = switch (header.descr()) {
            case "<f2" -> Element.F2;
            case "<f4" -> Element.F4;
            case "<f8" -> Element.F8;
            case "|i1" -> Element.I1;
            case "|u1" -> Element.U1;
            default -> throw in.wrong(0, "dtype <f2, <f4, <f8, |i1 or |u1", header.descr());
        };
        long count = shape.getFirst();
        requireDimension(in, 0, shape.getLast());
        if (count > MOST_ROWS) {
            throw in.wrong(0, "at most " + MOST_ROWS + " rows", String.valueOf(count));
        }
        long expected = count * shape.getLast() * element.bytes();
        if (in.size().isPresent() && in.size().getAsLong() - in.offset() != expected) {
            throw in.wrong(
                    in.offset(),
                    expected + " bytes of data for " + count + " × " + shape.getLast(),
                    in.size().getAsLong() - in.offset() + " bytes");
        }
        return new MatrixReader(
                in, Format.NPY, element, OptionalLong.of(count), shape.getLast().intValue(), 0, labels);
    }

    /** Bytes of a row, which its dimension at the front says. */
    static int texmexStride(ByteInput in, Format format) {
        int dimension = ByteBuffer.wrap(in.take(Integer.BYTES, "a dimension"))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt();
        requireDimension(in, 0, dimension);
        return Integer.BYTES + dimension * texmexElement(format).bytes();
    }

    private static Element texmexElement(Format format) {
        return format == Format.BVECS ? Element.U1 : format == Format.IVECS ? Element.I4 : Element.F4;
    }

    static MatrixReader texmex(ByteInput in, Format format, Labels labels) {
        Element element = texmexElement(format);
        byte[] first = in.take(Integer.BYTES, "a dimension");
        int dimension = ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).getInt();
        requireDimension(in, 0, dimension);
        long stride = Integer.BYTES + (long) dimension * element.bytes();
        OptionalLong rows = OptionalLong.empty();
        if (in.size().isPresent()) {
            long size = in.size().getAsLong();
            rows = OptionalLong.of(size / stride);
            if (size % stride != 0) {
                throw in.wrong(size / stride * stride, "whole rows of " + stride + " bytes", size + " bytes in all");
            }
        }
        MatrixReader reader = new MatrixReader(in, format, element, rows, dimension, Integer.BYTES, labels);
        reader.refill(first);
        return reader;
    }

    /** Rows from where the input stands. */
    static MatrixReader raw(ByteInput in, Format format, Element element, long rows, int dimension, Labels labels) {
        return new MatrixReader(in, format, element, OptionalLong.of(rows), dimension, 0, labels);
    }

    private static void requireDimension(ByteInput in, long at, long dimension) {
        if (dimension < 1 || dimension > CollectionConfig.MAX_DIMENSION) {
            throw in.wrong(at, "1 to " + CollectionConfig.MAX_DIMENSION + " dimensions", String.valueOf(dimension));
        }
    }

    int stride() {
        return prefix + dimension * element.bytes();
    }

    /** Reads the next block of rows, of which the first bytes were read already. */
    private void refill(byte[] start) {
        long left = rows.isPresent() ? rows.getAsLong() - next : Long.MAX_VALUE;
        int wanted = (int) Math.min(left, Math.max(1, BLOCK_BYTES / stride())) * stride();
        byte[] bytes = new byte[wanted];
        System.arraycopy(start, 0, bytes, 0, start.length);
        blockAt = in.offset() - start.length;
        byte[] rest = new byte[Math.max(0, wanted - start.length)];
        int got = in.fill(rest, rest.length);
        System.arraycopy(rest, 0, bytes, start.length, got);
        int whole = (start.length + got) / stride() * stride();
        if (whole < start.length + got || (rows.isPresent() && whole < wanted)) {
            throw in.wrong(
                    blockAt + whole,
                    "a row of " + stride() + " bytes",
                    start.length + got - whole + " bytes and the end of the file");
        }
        block = ByteBuffer.wrap(bytes, 0, whole).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public @Nullable Row next() {
        if (rows.isPresent() && next == rows.getAsLong()) {
            labels.requireEnd(next);
            return null;
        }
        if (!block.hasRemaining()) {
            refill(new byte[0]);
            if (!block.hasRemaining()) {
                labels.requireEnd(next);
                return null;
            }
        }
        if (prefix > 0) {
            long at = blockAt + block.position();
            int got = block.getInt();
            if (got != dimension) {
                throw in.wrong(at, "dimension " + dimension, String.valueOf(got));
            }
        }
        float[] vector = new float[dimension];
        element.read(block, vector);
        long number = next++;
        return switch (labels.next(number)) {
            case Labels.Label(var id, Payload payload) -> new Row.Good(number, new Point(id, vector, payload));
            case Labels.Unreadable(String reason) -> new Row.Bad(number, reason);
        };
    }

    @Override
    public void skip(long count) {
        long inBlock = Math.min(count, block.remaining() / stride());
        block.position(block.position() + (int) inBlock * stride());
        in.pass((count - inBlock) * stride());
        next += count;
        labels.skip(count);
    }

    @Override
    public String name() {
        return in.name();
    }

    @Override
    public Format format() {
        return format;
    }

    @Override
    public OptionalLong rows() {
        return rows;
    }

    @Override
    public OptionalLong dimension() {
        return OptionalLong.of(dimension);
    }

    @Override
    public long offset() {
        return in.offset() - block.remaining();
    }

    @Override
    public OptionalLong size() {
        return in.size();
    }

    @Override
    public void close() {
        try (labels) {
            in.close();
        }
    }
}
