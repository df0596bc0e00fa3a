package io.vecino.loading.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The header of NumPy's format, versions 1 to 3 (numpy.lib.format).
 *
 * @param descr type of an element, such as {@code <f4}
 * @param shape one or two extents
 */
record NpyHeader(String descr, List<Long> shape) {
    /** Bytes of what {@link #encode} makes, whatever the shape. */
    static final int BYTES = 128;

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int MOST_BYTES = 1 << 16;
    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE =
            Pattern.compile("'shape'\\s*:\\s*\\((\\s*\\d{1,15}\\s*(?:,\\s*\\d{1,15}\\s*)*),?\\s*\\)");

    NpyHeader {
        shape = List.copyOf(shape);
    }

    static boolean recognises(byte[] head) {
        return head.length >= MAGIC.length
                && ByteBuffer.wrap(head, 0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
    }

    /** Reads a header; the data follow. */
    static NpyHeader read(ByteInput in) {
        byte[] start = in.take(8, "an npy header");
        if (!recognises(start)) {
            throw in.wrong(0, "the magic of .npy", "something else");
        }
        int version = start[6];
        if (version < 1 || version > 3) {
            throw in.wrong(6, "format version 1 to 3", String.valueOf(version));
        }
        ByteBuffer length =
                ByteBuffer.wrap(in.take(version == 1 ? 2 : 4, "an npy header")).order(ByteOrder.LITTLE_ENDIAN);
        long bytes = version == 1 ? Short.toUnsignedInt(length.getShort()) : Integer.toUnsignedLong(length.getInt());
        if (bytes > MOST_BYTES) {
            throw in.wrong(8, "a header of at most " + MOST_BYTES + " bytes", bytes + " bytes");
        }
        long at = in.offset();
        String text = new String(in.take((int) bytes, "an npy header"), StandardCharsets.UTF_8);
        Matcher shape = SHAPE.matcher(text);
        if (!shape.find()) {
            throw in.wrong(at, "a shape", shown(text));
        }
        if (!group(ORDER, text).equals("False")) {
            throw in.wrong(at, "C order (fortran_order False)", "fortran_order " + group(ORDER, text));
        }
        return new NpyHeader(
                group(DESCR, text),
                Stream.of(shape.group(1).split(","))
                        .map(String::strip)
                        .map(Long::valueOf)
                        .toList());
    }

    private static String shown(String text) {
        return text.strip().substring(0, Math.min(120, text.strip().length()));
    }

    private static String group(Pattern pattern, String header) {
        Matcher matcher = pattern.matcher(header);
        return matcher.find() ? matcher.group(1) : "none";
    }

    /** The header in version 1, {@value #BYTES} bytes long. */
    ByteBuffer encode() {
        String extents = shape.size() == 1
                ? shape.getFirst() + ","
                : String.join(", ", shape.stream().map(String::valueOf).toList());
        String text = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + extents + "), }";
        ByteBuffer header = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (BYTES - 10));
        header.put(text.getBytes(StandardCharsets.US_ASCII));
        while (header.position() < BYTES - 1) {
            header.put((byte) ' ');
        }
        return header.put((byte) '\n').flip();
    }
}
