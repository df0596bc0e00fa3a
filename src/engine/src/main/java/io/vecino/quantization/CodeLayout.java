package io.vecino.quantization;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Where a centred code keeps its parts, little-endian: binary16 scale; binary16 zero if each vector has its own; binary16
 * bias; u8 centre if there is more than one; the packed levels.
 */
record CodeLayout(boolean zeroPerVector, boolean centrePerVector, int levelBytes) {
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    int scaleAt() {
        return 0;
    }

    int zeroAt() {
        return 2;
    }

    int biasAt() {
        return zeroPerVector ? 4 : 2;
    }

    int centreAt() {
        return biasAt() + 2;
    }

    /** Where the levels begin. */
    int levelsAt() {
        return biasAt() + 2 + (centrePerVector ? 1 : 0);
    }

    int bytes() {
        return levelsAt() + levelBytes;
    }

    short scale(MemorySegment codes, long at) {
        return codes.get(HALF, at);
    }

    float zero(MemorySegment codes, long at) {
        return Float.float16ToFloat(codes.get(HALF, at + 2));
    }

    short bias(MemorySegment codes, long at) {
        return codes.get(HALF, at + biasAt());
    }

    int centre(MemorySegment codes, long at) {
        return centrePerVector ? codes.get(ValueLayout.JAVA_BYTE, at + biasAt() + 2) & 0xFF : 0;
    }

    void write(MemorySegment codes, long at, short scale, float zero, short bias, int centre) {
        codes.set(HALF, at, scale);
        if (zeroPerVector) {
            codes.set(HALF, at + 2, Float.floatToFloat16(zero));
        }
        codes.set(HALF, at + biasAt(), bias);
        if (centrePerVector) {
            codes.set(ValueLayout.JAVA_BYTE, at + biasAt() + 2, (byte) centre);
        }
    }
}
