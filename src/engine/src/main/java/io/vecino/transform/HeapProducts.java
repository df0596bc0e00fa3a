package io.vecino.transform;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;

/** Products of row-major matrices on the heap by all threads of a crew; for trainings that are not bound by the copies. */
final class HeapProducts {
    private static final int ROWS = 64;

    private final Crew crew;
    private final Matrices matrices;
    private final MemorySegment[] left;
    private final MemorySegment[] out;
    private MemorySegment right;
    private int leftSize;
    private int outSize;

    HeapProducts(Crew crew, Matrices matrices) {
        this.crew = crew;
        this.matrices = matrices;
        this.left = new MemorySegment[crew.threads()];
        this.out = new MemorySegment[crew.threads()];
        this.right = matrices.floats(1);
    }

    /** {@code c} (n × m) = {@code a} (n × k) · {@code b} (m × k)ᵀ. */
    void timesTransposed(float[] a, int n, float[] b, int m, int k, float[] c) {
        reserve(m, k);
        MemorySegment.copy(b, 0, right, ValueLayout.JAVA_FLOAT, 0, m * k);
        crew.run((n + ROWS - 1) / ROWS, (worker, part) -> {
            int first = part * ROWS;
            int count = Math.min(ROWS, n - first);
            MemorySegment.copy(a, first * k, left[worker], ValueLayout.JAVA_FLOAT, 0, count * k);
            matrices.timesTransposed(left[worker], count, right, m, k, out[worker]);
            MemorySegment.copy(out[worker], ValueLayout.JAVA_FLOAT, 0, c, first * m, count * m);
        });
    }

    private void reserve(int m, int k) {
        if (right.byteSize() < (long) m * k * Float.BYTES) {
            right = matrices.floats((long) m * k);
        }
        if (leftSize < ROWS * k) {
            leftSize = ROWS * k;
            IntStream.range(0, left.length).forEach(t -> left[t] = matrices.floats(leftSize));
        }
        if (outSize < ROWS * m) {
            outSize = ROWS * m;
            IntStream.range(0, out.length).forEach(t -> out[t] = matrices.floats(outSize));
        }
    }

    /** The transpose of a rows × columns matrix. */
    static float[] transposed(float[] from, int rows, int columns) {
        float[] to = new float[rows * columns];
        Matrices.transpose(from, rows, columns, to);
        return to;
    }
}
