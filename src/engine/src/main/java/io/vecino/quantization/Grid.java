package io.vecino.quantization;

import io.vecino.kernels.Kernel;
import java.lang.foreign.MemorySegment;

/** The values a coordinate can take, and how a vector is fitted to them: coordinate ≈ scale · (value(level) + zero). */
sealed interface Grid permits RangeGrid, AngleGrid, Fp8Grid {
    /** Computes Σ q · value(level) on packed levels. */
    Kernel kernel();

    /** What the kernel counts a level as. */
    float value(int level);

    /** The largest level where a level counts as its number, from 0 on; else 0. */
    int top();

    /** What coordinates come to in units of the scale, roughly: at least 1. */
    float typicalMagnitude();

    /** Whether {@link Fit#zero} differs between vectors and is stored with each as binary16. */
    boolean zeroPerVector();

    /** The zero of a vector that does not store it. */
    float zero();

    /**
     * Chooses levels, scale and zero.
     *
     * @param scales rounds a scale to one that can be stored
     */
    void fit(float[] vector, HalfUnit scales, Fit fit);

    /** Writes rows of levels, one byte each, into codes at an offset inside each stride. */
    void pack(MemorySegment levels, int count, int dimension, MemorySegment codes, long stride, long offset);

    /** The inverse of {@link #pack}. */
    void unpack(MemorySegment codes, long stride, long offset, int count, int dimension, MemorySegment levels);

    /** The result of {@link #fit}; a workspace of one thread. */
    final class Fit {
        float scale;
        float zero;
        final byte[] levels;

        Fit(int dimension) {
            levels = new byte[dimension];
        }
    }
}
