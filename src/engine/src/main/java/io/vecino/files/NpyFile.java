package io.vecino.files;

import io.vecino.kernels.Kernels;
import io.vecino.model.EngineException;
import io.vecino.storage.FileSlice;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** NumPy's format, versions 1 to 3: two-dimensional, C order, little-endian float16 or float32. */
final class NpyFile implements VectorFile {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\((\\d{1,10}),\\s*(\\d{1,10})\\s*,?\\)");

    private final FileSlice slice;
    private final long data;
    private final boolean half;
    private final int count;
    private final int dimension;

    private NpyFile(FileSlice slice, long data, boolean half, int count, int dimension) {
        this.slice = slice;
        this.data = data;
        this.half = half;
        this.count = count;
        this.dimension = dimension;
    }

    static boolean recognises(MemorySegment segment) {
        return segment.byteSize() >= MAGIC.length
                && segment.asSlice(0, MAGIC.length).mismatch(MemorySegment.ofArray(MAGIC)) < 0;
    }

    static NpyFile read(FileSlice slice) {
        MemorySegment segment = slice.segment();
        require(slice, 6, segment.byteSize() >= 12, "a header", segment.byteSize() + " bytes in all");
        int version = segment.get(ValueLayout.JAVA_BYTE, 6);
        require(slice, 6, version >= 1 && version <= 3, "format version 1 to 3", String.valueOf(version));
        int start = version == 1 ? 10 : 12;
        long length =
                version == 1 ? Short.toUnsignedInt(segment.get(SHORT, 8)) : Integer.toUnsignedLong(segment.get(INT, 8));
        require(
                slice,
                8,
                length <= segment.byteSize() - start,
                "a header within the file",
                length + " bytes of header");
        byte[] header = segment.asSlice(start, length).toArray(ValueLayout.JAVA_BYTE);
        return parse(slice, start, start + length, new String(header, StandardCharsets.UTF_8));
    }

    private static NpyFile parse(FileSlice slice, long at, long data, String header) {
        Matcher shape = SHAPE.matcher(header);
        require(slice, at, shape.find(), "a shape of two dimensions", header.strip());
        String descr = group(DESCR, header);
        require(slice, at, descr.equals("<f2") || descr.equals("<f4"), "descr <f2 or <f4", descr);
        require(slice, at, group(ORDER, header).equals("False"), "C order", header.strip());
        long rows = Long.parseLong(shape.group(1));
        long columns = Long.parseLong(shape.group(2));
        require(slice, at, rows <= Integer.MAX_VALUE, "at most 2^31 − 1 rows", String.valueOf(rows));
        require(slice, at, columns >= 1 && columns <= 1 << 16, "1 to 65536 columns", String.valueOf(columns));
        boolean half = descr.equals("<f2");
        long expected = rows * columns * (half ? Short.BYTES : Float.BYTES);
        long got = slice.segment().byteSize() - data;
        require(
                slice,
                data,
                got == expected,
                expected + " bytes of data for " + rows + " × " + columns,
                got + " bytes");
        return new NpyFile(slice, data, half, (int) rows, (int) columns);
    }

    private static String group(Pattern pattern, String header) {
        Matcher matcher = pattern.matcher(header);
        return matcher.find() ? matcher.group(1) : "none";
    }

    private static void require(FileSlice slice, long offset, boolean holds, String expected, String got) {
        if (!holds) {
            throw new EngineException.InvalidArgument(slice.path() + " at byte " + offset, expected, got);
        }
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public void read(int first, int rows, MemorySegment out) {
        long values = (long) rows * dimension;
        long width = half ? Short.BYTES : Float.BYTES;
        MemorySegment source = slice.segment().asSlice(data + (long) first * dimension * width, values * width);
        if (half) {
            Kernels.best().decodeF16(source, out, values);
        } else {
            MemorySegment.copy(source, 0, out, 0, values * width);
        }
    }

    @Override
    public void close() {
        slice.close();
    }
}
