package io.vecino.transform;

import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/**
 * Mean and covariance of rows, block by block: products within a block in float32, sums over blocks in float64.
 */
final class Covariance {
    private static final int BLOCK = 512;

    private final float[] mean;
    private final double[] matrix;

    private Covariance(float[] mean, double[] matrix) {
        this.mean = mean;
        this.matrix = matrix;
    }

    /** d × d, divided by the number of rows − 1; not a copy. */
    double[] matrix() {
        return matrix;
    }

    static Covariance of(Rows rows, Crew crew, Matrices matrices) {
        int d = rows.dimension();
        float[] mean = rows.mean();
        int tasks = Math.min(16, (rows.count() + BLOCK - 1) / BLOCK);
        double[][] partial = new double[tasks][];
        Desk[] desks = IntStream.range(0, crew.threads())
                .mapToObj(_ -> new Desk(d, matrices))
                .toArray(Desk[]::new);
        crew.run(tasks, (worker, task) -> {
            partial[task] = new double[d * d];
            for (int first = task * BLOCK; first < rows.count(); first += tasks * BLOCK) {
                desks[worker].add(rows, first, mean, matrices, partial[task]);
            }
        });
        double[] sum = new double[d * d];
        double divisor = Math.max(1, rows.count() - 1);
        for (double[] part : partial) {
            for (int j = 0; j < sum.length; j++) {
                sum[j] += part[j] / divisor;
            }
        }
        return new Covariance(mean, sum);
    }

    /** Mean of the rows; not a copy. */
    float[] mean() {
        return mean;
    }

    /** A worker's scratch; rows beyond the last are zero and add nothing. */
    private static final class Desk {
        private final int d;
        private final float[] rows;
        private final float[] transposed;
        private final float[] product;
        private final MemorySegment nativeTransposed;
        private final MemorySegment nativeProduct;

        Desk(int d, Matrices matrices) {
            this.d = d;
            rows = new float[BLOCK * d];
            transposed = new float[BLOCK * d];
            product = new float[d * d];
            nativeTransposed = matrices.floats((long) BLOCK * d);
            nativeProduct = matrices.floats((long) d * d);
        }

        void add(Rows source, int first, float[] mean, Matrices matrices, double[] sum) {
            int count = Math.min(BLOCK, source.count() - first);
            Matrices.load(source.slice(first, count).segment(), rows, count * d);
            for (int i = 0; i < count; i++) {
                for (int j = 0; j < d; j++) {
                    rows[i * d + j] -= mean[j];
                }
            }
            java.util.Arrays.fill(rows, count * d, BLOCK * d, 0);
            Matrices.transpose(rows, BLOCK, d, transposed);
            Matrices.store(transposed, nativeTransposed, BLOCK * d);
            matrices.timesTransposed(nativeTransposed, d, nativeTransposed, d, BLOCK, nativeProduct);
            Matrices.load(nativeProduct, product, d * d);
            for (int j = 0; j < product.length; j++) {
                sum[j] += product[j];
            }
        }
    }
}
