package io.vecino.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.Stream;

/** Rows of planes, element by element and bit by bit, straight from the description in {@link Kernel}. */
final class PlaneRows {

    private PlaneRows() {}

    /** Whether a kernel scores unsigned levels. */
    static boolean holds(Kernel kernel) {
        return kernel.name().contains("DOT_U");
    }

    static int bits(Kernel kernel) {
        return kernel.name().charAt(kernel.name().length() - 1) - '0';
    }

    /** Widths of the planes, in their order. */
    static List<Integer> planes(int bits) {
        return Stream.of(8, 4, 2, 1).filter(width -> (bits & width) != 0).toList();
    }

    /** The field of one element in one plane. */
    static int field(int bits, int plane, MemorySegment row, int dimension, int i) {
        long offset = 0;
        for (int width : planes(bits)) {
            int bytes = (dimension * width + 7) / 8;
            if (width == plane) {
                int part = width == 1 ? i % 8 : i / bytes;
                int whole =
                        Byte.toUnsignedInt(row.get(ValueLayout.JAVA_BYTE, offset + (width == 1 ? i / 8 : i % bytes)));
                return (whole >> (part * width)) & ((1 << width) - 1);
            }
            offset += bytes;
        }
        throw new IllegalArgumentException(bits + " bits have no plane of " + plane);
    }

    /** The level of one element. */
    static int level(int bits, MemorySegment row, int dimension, int i) {
        int level = 0;
        for (int width : planes(bits)) {
            level = level << width | field(bits, width, row, dimension, i);
        }
        return level;
    }

    /** Sets one element of the format of a kernel to the lowest bits of a level. */
    static void set(Kernel kernel, MemorySegment row, int dimension, int i, int level) {
        long offset = 0;
        int left = bits(kernel);
        for (int width : planes(bits(kernel))) {
            left -= width;
            int mask = (1 << width) - 1;
            int bytes = (dimension * width + 7) / 8;
            int shift = (width == 1 ? i % 8 : i / bytes) * width;
            long at = offset + (width == 1 ? i / 8 : i % bytes);
            int others = row.get(ValueLayout.JAVA_BYTE, at) & ~(mask << shift);
            row.set(ValueLayout.JAVA_BYTE, at, (byte) (others | (level >> left & mask) << shift));
            offset += bytes;
        }
    }
}
