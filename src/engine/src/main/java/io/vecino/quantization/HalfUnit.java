package io.vecino.quantization;

import io.vecino.kernels.Kernels;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * A per-vector constant in binary16: (value − origin) / unit, so that what is typical of the training rows lies in the
 * middle of binary16's range. Beyond 65,504 units it saturates.
 */
record HalfUnit(float origin, float unit) {
    static final int BYTES = 2 * Float.BYTES;
    private static final float MAX = 65504;

    HalfUnit {
        if (!Float.isFinite(origin) || !Float.isFinite(unit) || unit <= 0) {
            throw new IllegalArgumentException("unit of a constant: " + origin + " + " + unit + " · value");
        }
    }

    short encode(float value) {
        return Float.floatToFloat16(Math.clamp((value - origin) / unit, -MAX, MAX));
    }

    float decode(short half) {
        return origin + unit * Float.float16ToFloat(half);
    }

    /** Decodes the first of every {@code stride} bytes, times a factor. */
    void read(Kernels kernels, MemorySegment from, long stride, int count, float factor, MemorySegment to) {
        kernels.readHalves(from, stride, count, factor * origin, factor * unit, to);
    }

    /** The value that will be read back. */
    float round(float value) {
        return decode(encode(value));
    }

    void write(ByteBuffer buffer) {
        buffer.putFloat(origin).putFloat(unit);
    }

    static HalfUnit read(ByteBuffer buffer) {
        return new HalfUnit(buffer.getFloat(), buffer.getFloat());
    }
}
