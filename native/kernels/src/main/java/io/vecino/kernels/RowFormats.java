package io.vecino.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Stored elements as float32 values, in plain Java. */
final class RowFormats {

    private static final float[] E4M3 = new float[256];
    private static final float[] E5M2 = new float[256];

    static {
        for (int code = 0; code < 256; code++) {
            E4M3[code] = e4m3(code);
            E5M2[code] = Float.float16ToFloat((short) (code << 8));
        }
    }

    private RowFormats() {}

    /** Reads the row at an offset as {@code row.length} float32 values. */
    static void widen(Kernel kernel, MemorySegment rows, long offset, float[] row) {
        switch (kernel) {
            case DOT_F32, L2_F32 ->
                MemorySegment.copy(rows, ValueLayout.JAVA_FLOAT_UNALIGNED, offset, row, 0, row.length);
            case DOT_F16, L2_F16 -> {
                for (int i = 0; i < row.length; i++) {
                    row[i] = Float.float16ToFloat(half(rows, offset, i));
                }
            }
            case DOT_BF16, L2_BF16 -> {
                for (int i = 0; i < row.length; i++) {
                    row[i] = bfloat16(half(rows, offset, i));
                }
            }
            case DOT_I8 -> {
                for (int i = 0; i < row.length; i++) {
                    row[i] = rows.get(ValueLayout.JAVA_BYTE, offset + i);
                }
            }
            case DOT_E4M3 -> look(E4M3, rows, offset, row);
            case DOT_E5M2 -> look(E5M2, rows, offset, row);
            case DOT_U1, QDOT_U1 -> widenLevels(1, rows, offset, row);
            case DOT_U2, QDOT_U2 -> widenLevels(2, rows, offset, row);
            case DOT_U3, QDOT_U3 -> widenLevels(3, rows, offset, row);
            case DOT_U4, QDOT_U4 -> widenLevels(4, rows, offset, row);
            case DOT_U5, QDOT_U5 -> widenLevels(5, rows, offset, row);
            case DOT_U6, QDOT_U6 -> widenLevels(6, rows, offset, row);
            case DOT_U7, QDOT_U7 -> widenLevels(7, rows, offset, row);
            case DOT_U8, QDOT_U8 -> widenLevels(8, rows, offset, row);
        }
    }

    static float bfloat16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    static short toBFloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
    }

    // OCP 8-bit Floating Point Specification 1.0: bias 7, exponent 0 is denormal, S.1111.111 is the only NaN.
    private static float e4m3(int code) {
        int exponent = code >> 3 & 15;
        int fraction = code & 7;
        float magnitude;
        if ((code & 0x7f) == 0x7f) {
            magnitude = Float.NaN;
        } else if (exponent == 0) {
            magnitude = Math.scalb(fraction, -9);
        } else {
            magnitude = Math.scalb(8 + fraction, exponent - 10);
        }
        return code < 128 ? magnitude : -magnitude;
    }

    private static short half(MemorySegment rows, long offset, int i) {
        return rows.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset + (long) Short.BYTES * i);
    }

    private static void look(float[] table, MemorySegment rows, long offset, float[] row) {
        for (int i = 0; i < row.length; i++) {
            row[i] = table[Byte.toUnsignedInt(rows.get(ValueLayout.JAVA_BYTE, offset + i))];
        }
    }

    private static void widenLevels(int bits, MemorySegment rows, long offset, float[] row) {
        byte[] levels = new byte[row.length];
        LevelPlanes.unpack(bits, rows, offset, levels);
        for (int i = 0; i < row.length; i++) {
            row[i] = Byte.toUnsignedInt(levels[i]);
        }
    }
}
