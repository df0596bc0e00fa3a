package io.vecino.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** The planes of unsigned levels, as {@link Kernel} describes them, in plain Java. */
final class LevelPlanes {

    private LevelPlanes() {}

    /** Writes one row; of each level the lowest {@code bits} bits are kept. */
    static void pack(int bits, byte[] levels, MemorySegment rows, long offset) {
        long at = offset;
        int left = bits;
        for (int width = 8; width > 0; width /= 2) {
            if ((bits & width) != 0) {
                left -= width;
                byte[] plane = new byte[bytes(width, levels.length)];
                for (int i = 0; i < levels.length; i++) {
                    int field = levels[i] >> left & mask(width);
                    plane[byteOf(width, i, plane.length)] |= (byte) (field << bitOf(width, i, plane.length));
                }
                MemorySegment.copy(plane, 0, rows, ValueLayout.JAVA_BYTE, at, plane.length);
                at += plane.length;
            }
        }
    }

    /** Reads one row of {@code levels.length} levels. */
    static void unpack(int bits, MemorySegment rows, long offset, byte[] levels) {
        Arrays.fill(levels, (byte) 0);
        long at = offset;
        for (int width = 8; width > 0; width /= 2) {
            if ((bits & width) != 0) {
                byte[] plane = new byte[bytes(width, levels.length)];
                MemorySegment.copy(rows, ValueLayout.JAVA_BYTE, at, plane, 0, plane.length);
                at += plane.length;
                for (int i = 0; i < levels.length; i++) {
                    int field = plane[byteOf(width, i, plane.length)] >> bitOf(width, i, plane.length) & mask(width);
                    levels[i] = (byte) (levels[i] << width | field);
                }
            }
        }
    }

    private static int bytes(int width, int dimension) {
        return (int) (((long) width * dimension + 7) / 8);
    }

    private static int byteOf(int width, int i, int bytes) {
        return width == 1 ? i / 8 : i % bytes;
    }

    private static int bitOf(int width, int i, int bytes) {
        return width == 1 ? i % 8 : i / bytes * width;
    }

    private static int mask(int width) {
        return (1 << width) - 1;
    }
}
