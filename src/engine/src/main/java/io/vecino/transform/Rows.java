package io.vecino.transform;

import io.vecino.model.EngineException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A matrix of float32 rows in native memory; a view that owns nothing.
 *
 * @param segment count × dimension values
 */
public record Rows(MemorySegment segment, int count, int dimension) {
    public Rows {
        long expected = (long) count * dimension * Float.BYTES;
        if (count < 0 || dimension < 1 || segment.byteSize() < expected) {
            throw new IllegalArgumentException("rows: expected " + count + " × " + dimension + " float32 = " + expected
                    + " bytes, got " + segment.byteSize());
        }
    }

    /** Rows {@code first} to {@code first + count}. */
    public Rows slice(int first, int size) {
        long stride = (long) dimension * Float.BYTES;
        return new Rows(segment.asSlice(first * stride, size * stride), size, dimension);
    }

    /** One row as a segment. */
    public MemorySegment row(int index) {
        return slice(index, 1).segment();
    }

    /** A copy of one row. */
    public float[] copyOf(int index) {
        return row(index).toArray(ValueLayout.JAVA_FLOAT);
    }

    float get(int row, int column) {
        return segment.getAtIndex(ValueLayout.JAVA_FLOAT, (long) row * dimension + column);
    }

    /**
     * Fails on the first value that is not finite.
     *
     * @param what names the rows in the error
     * @throws EngineException.InvalidArgument naming row and column
     */
    public void requireFinite(String what) {
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < dimension; j++) {
                if (!Float.isFinite(get(i, j))) {
                    throw new EngineException.InvalidArgument(
                            what + "[" + i + "][" + j + "]", "a finite value", String.valueOf(get(i, j)));
                }
            }
        }
    }

    /** The mean of the rows, summed in float64; zeros if there are none. */
    public float[] mean() {
        double[] sums = new double[dimension];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < dimension; j++) {
                sums[j] += get(i, j);
            }
        }
        float[] mean = new float[dimension];
        for (int j = 0; j < dimension; j++) {
            mean[j] = (float) (sums[j] / Math.max(1, count));
        }
        return mean;
    }
}
