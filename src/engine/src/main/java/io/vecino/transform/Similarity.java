package io.vecino.transform;

import io.vecino.kernels.Kernel;
import io.vecino.kernels.Kernels;
import io.vecino.model.Metric;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** How prepared float32 vectors are compared; scores are "greater is closer". */
public enum Similarity {
    /** Inner product. */
    DOT(Kernel.DOT_F32),
    /** Negated squared Euclidean distance. */
    L2(Kernel.L2_F32);

    private final Kernel kernel;

    Similarity(Kernel kernel) {
        this.kernel = kernel;
    }

    /** The comparison of vectors that {@link #prepare} has seen. */
    public static Similarity of(Metric metric) {
        return metric == Metric.L2 ? L2 : DOT;
    }

    /** The kernel that computes it on float32 rows; its result is negated for {@link #L2}. */
    public Kernel kernel() {
        return kernel;
    }

    /** Turns a kernel's result into a score. */
    public float fromKernel(float value) {
        return this == L2 ? -value : value;
    }

    /** Turns {@code count} float32 kernel results into scores, in place. */
    public void fromKernel(MemorySegment values, int count) {
        if (this == L2) {
            for (int i = 0; i < count; i++) {
                values.setAtIndex(ValueLayout.JAVA_FLOAT, i, -values.getAtIndex(ValueLayout.JAVA_FLOAT, i));
            }
        }
    }

    /** Scores {@code count} contiguous float32 rows against one query. */
    public void score(
            Kernels kernels, MemorySegment query, MemorySegment rows, int count, int dimension, MemorySegment scores) {
        kernels.scoreRows(kernel, query, rows, (long) dimension * Float.BYTES, count, dimension, scores);
        fromKernel(scores, count);
    }

    /** Scores one pair of float32 vectors of the same length with the arithmetic of the tests' oracle. */
    public float score(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = (double) a[i] - b[i];
            sum += this == L2 ? -difference * difference : (double) a[i] * b[i];
        }
        return (float) sum;
    }

    /** The vector as it is compared under a metric: scaled to unit length for cosine, else itself. */
    public static float[] prepare(Metric metric, float[] vector) {
        if (metric != Metric.COSINE) {
            return vector;
        }
        double norm = 0;
        for (float value : vector) {
            norm += (double) value * value;
        }
        double scale = norm > 0 ? 1 / Math.sqrt(norm) : 0;
        float[] unit = new float[vector.length];
        for (int i = 0; i < vector.length; i++) {
            unit[i] = (float) (vector[i] * scale);
        }
        return unit;
    }
}
