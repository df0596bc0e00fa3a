package io.vecino.transform;

import java.lang.foreign.MemorySegment;

/**
 * Mean and covariance of rows that come block by block and are not kept: products within {@value #BLOCK} rows in float32 of
 * the rows less the mean of the first block, sums over blocks in float64, corrected for the difference of the means in the
 * end. The threads share the matrix by rows, so its bits do not depend on their number.
 */
final class Covariance {
    private static final int BLOCK = 512;
    private static final int STRIPE = 64;

    private final Crew crew;
    private final Matrices matrices;
    private final int d;
    private final double[] products;
    private final double[] sums;
    private final float[] shift;
    private final float[] values;
    private final float[] transposed;
    private final MemorySegment block;
    private final MemorySegment[] stripes;
    private long count;

    Covariance(int dimension, Crew crew, Matrices matrices) {
        this.crew = crew;
        this.matrices = matrices;
        this.d = dimension;
        this.products = new double[Math.multiplyExact(d, d)];
        this.sums = new double[d];
        this.shift = new float[d];
        this.values = new float[BLOCK * d];
        this.transposed = new float[BLOCK * d];
        this.block = matrices.floats((long) BLOCK * d);
        this.stripes = new MemorySegment[crew.threads()];
        for (int t = 0; t < stripes.length; t++) {
            stripes[t] = matrices.floats((long) STRIPE * d);
        }
    }

    static Covariance of(Rows rows, Crew crew, Matrices matrices) {
        Covariance covariance = new Covariance(rows.dimension(), crew, matrices);
        covariance.add(rows);
        return covariance;
    }

    /** Takes more rows, any number. */
    void add(Rows rows) {
        for (int first = 0; first < rows.count(); first += BLOCK) {
            addBlock(rows.slice(first, Math.min(BLOCK, rows.count() - first)));
        }
    }

    private void addBlock(Rows rows) {
        if (count == 0) {
            System.arraycopy(rows.mean(), 0, shift, 0, d);
        }
        int size = rows.count();
        Matrices.load(rows.segment(), values, size * d);
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < d; j++) {
                values[i * d + j] -= shift[j];
                sums[j] += values[i * d + j];
            }
        }
        java.util.Arrays.fill(values, size * d, BLOCK * d, 0);
        Matrices.transpose(values, BLOCK, d, transposed);
        Matrices.store(transposed, block, BLOCK * d);
        crew.run((d + STRIPE - 1) / STRIPE, (worker, part) -> addStripe(stripes[worker], part * STRIPE));
        count += size;
    }

    /** Rows {@code first} to {@code first + STRIPE} of the products, from the diagonal on. */
    private void addStripe(MemorySegment stripe, int first) {
        int rows = Math.min(STRIPE, d - first);
        int columns = d - first;
        long stride = (long) BLOCK * Float.BYTES;
        MemorySegment rest = block.asSlice(first * stride, columns * stride);
        matrices.timesTransposed(rest, rows, rest, columns, BLOCK, stripe);
        float[] product = new float[rows * columns];
        Matrices.load(stripe, product, product.length);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                products[(first + i) * d + first + j] += product[i * columns + j];
            }
        }
    }

    /** Rows seen. */
    long count() {
        return count;
    }

    /** Mean of the rows; zeros if there were none. */
    float[] mean() {
        float[] mean = new float[d];
        for (int j = 0; j < d; j++) {
            mean[j] = (float) (shift[j] + sums[j] / Math.max(1, count));
        }
        return mean;
    }

    /** d × d, divided by the number of rows − 1. */
    double[] matrix() {
        double[] matrix = new double[d * d];
        double divisor = Math.max(1, count - 1);
        for (int i = 0; i < d; i++) {
            for (int j = i; j < d; j++) {
                double value = (products[i * d + j] - sums[i] * sums[j] / Math.max(1, count)) / divisor;
                matrix[i * d + j] = value;
                matrix[j * d + i] = value;
            }
        }
        return matrix;
    }
}
