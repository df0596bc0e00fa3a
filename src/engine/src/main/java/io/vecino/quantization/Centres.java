package io.vecino.quantization;

import io.vecino.kernels.Kernel;
import io.vecino.kernels.Kernels;
import io.vecino.storage.NativeConstant;
import io.vecino.storage.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/** The points that codes are residuals of: the mean of the training rows, or up to 256 centroids. */
final class Centres {
    static final int MAX = 256;

    private final int dimension;
    private final float[][] values;
    private final MemorySegment rows;

    /** @param flat count × dimension */
    Centres(float[] flat, int dimension) {
        this.dimension = dimension;
        this.values = new float[flat.length / dimension][dimension];
        for (int c = 0; c < values.length; c++) {
            System.arraycopy(flat, c * dimension, values[c], 0, dimension);
        }
        this.rows = NativeConstant.of(flat);
    }

    int count() {
        return values.length;
    }

    float[] get(int centre) {
        return values[centre];
    }

    /** The nearest centre of each row. */
    int[] nearest(MemorySegment from, int rowCount, Scratch scratch) {
        int[] nearest = new int[rowCount];
        if (values.length == 1) {
            return nearest;
        }
        float[] distances = score(Kernel.L2_F32, from, rowCount, scratch);
        for (int i = 0; i < rowCount; i++) {
            int best = i * values.length;
            for (int c = best + 1; c < (i + 1) * values.length; c++) {
                if (distances[c] < distances[best]) {
                    best = c;
                }
            }
            nearest[i] = best - i * values.length;
        }
        return nearest;
    }

    /** The kernel's value of row i and centre c at i · count + c. */
    float[] score(Kernel kernel, MemorySegment from, int rowCount, Scratch scratch) {
        MemorySegment scores = scratch.floats((long) rowCount * values.length);
        long stride = (long) dimension * Float.BYTES;
        Kernels.best().scoreBatch(kernel, from, rowCount, rows, stride, values.length, dimension, scores);
        return scores.toArray(ValueLayout.JAVA_FLOAT);
    }

    int byteSize() {
        return Integer.BYTES + values.length * dimension * Float.BYTES;
    }

    void write(ByteBuffer buffer) {
        buffer.putInt(values.length);
        for (float[] centre : values) {
            for (float value : centre) {
                buffer.putFloat(value);
            }
        }
    }

    /** @throws IllegalArgumentException if the count is out of range or values are missing */
    static Centres read(ByteBuffer buffer, int dimension) {
        int count = buffer.getInt();
        if (count < 1 || count > MAX || buffer.remaining() < (long) count * dimension * Float.BYTES) {
            throw new IllegalArgumentException("trained quantizer: 1 to 256 centres of " + dimension
                    + " values expected, got " + count + " in " + buffer.remaining() + " bytes");
        }
        float[] flat = new float[count * dimension];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = buffer.getFloat();
        }
        return new Centres(flat, dimension);
    }
}
