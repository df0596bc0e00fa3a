package io.vecino.loading.file;

import java.nio.ByteBuffer;

/** How a number lies in a file; little-endian. Float64 and int32 become the nearest float32. */
enum Element {
    F2(2),
    F4(4),
    F8(8),
    I1(1),
    U1(1),
    I4(4);

    private final int bytes;

    Element(int bytes) {
        this.bytes = bytes;
    }

    int bytes() {
        return bytes;
    }

    /** Takes as many numbers from a little-endian buffer as the array has elements. */
    void read(ByteBuffer from, float[] into) {
        switch (this) {
            case F4 -> {
                from.asFloatBuffer().get(into);
                from.position(from.position() + into.length * Float.BYTES);
            }
            case F2 -> {
                for (int i = 0; i < into.length; i++) {
                    into[i] = Float.float16ToFloat(from.getShort());
                }
            }
            case F8 -> {
                for (int i = 0; i < into.length; i++) {
                    into[i] = (float) from.getDouble();
                }
            }
            case I1 -> {
                for (int i = 0; i < into.length; i++) {
                    into[i] = from.get();
                }
            }
            case U1 -> {
                for (int i = 0; i < into.length; i++) {
                    into[i] = Byte.toUnsignedInt(from.get());
                }
            }
            case I4 -> {
                for (int i = 0; i < into.length; i++) {
                    into[i] = from.getInt();
                }
            }
        }
    }
}
