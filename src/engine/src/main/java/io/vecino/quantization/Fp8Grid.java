package io.vecino.quantization;

import io.vecino.kernels.Kernel;
import java.lang.foreign.MemorySegment;

/** The values of an 8-bit float, scaled so that the largest coordinate becomes the largest finite value. */
record Fp8Grid(Kernel kernel, Fp8Format format) implements Grid {
    private static final int TYPICAL = 0x78;

    @Override
    public float value(int level) {
        return format.decode(level);
    }

    @Override
    public int top() {
        return 0;
    }

    @Override
    public float typicalMagnitude() {
        return Math.max(1, format.decode(TYPICAL));
    }

    @Override
    public boolean zeroPerVector() {
        return false;
    }

    @Override
    public float zero() {
        return 0;
    }

    @Override
    public void fit(float[] vector, HalfUnit scales, Fit fit) {
        float largest = 0;
        for (float value : vector) {
            largest = Math.max(largest, Math.abs(value));
        }
        fit.scale = scales.round(largest / format.largest());
        fit.zero = 0;
        float inverse = fit.scale > 0 ? 1 / fit.scale : 0;
        for (int j = 0; j < vector.length; j++) {
            fit.levels[j] = (byte) format.encode(vector[j] * inverse);
        }
    }

    @Override
    public void pack(MemorySegment levels, int count, int dimension, MemorySegment codes, long stride, long offset) {
        for (int i = 0; i < count; i++) {
            MemorySegment.copy(levels, (long) i * dimension, codes, offset + i * stride, dimension);
        }
    }

    @Override
    public void unpack(MemorySegment codes, long stride, long offset, int count, int dimension, MemorySegment levels) {
        for (int i = 0; i < count; i++) {
            MemorySegment.copy(codes, offset + i * stride, levels, (long) i * dimension, dimension);
        }
    }
}
