package io.vecino.transform;

/** Standardises columns over a batch (Ioffe and Szegedy, arXiv 1502.03167), without scale and shift of its own. */
final class BatchNorm {
    private static final double EPSILON = 1e-5;

    private final int columns;
    private float[] values = new float[0];
    private final float[] inverse;

    BatchNorm(int columns) {
        this.columns = columns;
        this.inverse = new float[columns];
    }

    /** In place; the result is kept for {@link #backward}. */
    float[] forward(float[] rows, int count) {
        double[] mean = new double[columns];
        double[] squares = new double[columns];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < columns; j++) {
                mean[j] += rows[i * columns + j];
            }
        }
        for (int j = 0; j < columns; j++) {
            mean[j] /= count;
        }
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < columns; j++) {
                double difference = rows[i * columns + j] - mean[j];
                squares[j] += difference * difference;
            }
        }
        for (int j = 0; j < columns; j++) {
            inverse[j] = (float) (1 / Math.sqrt(squares[j] / count + EPSILON));
        }
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < columns; j++) {
                int at = i * columns + j;
                rows[at] = (float) ((rows[at] - mean[j]) * inverse[j]);
            }
        }
        values = rows;
        return rows;
    }

    /** From the gradient by the standardised values to that by the rows, in place. */
    float[] backward(float[] gradient, int count) {
        double[] sum = new double[columns];
        double[] along = new double[columns];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < columns; j++) {
                int at = i * columns + j;
                sum[j] += gradient[at];
                along[j] += (double) gradient[at] * values[at];
            }
        }
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < columns; j++) {
                int at = i * columns + j;
                gradient[at] = (float) (inverse[j] * (gradient[at] - sum[j] / count - values[at] * along[j] / count));
            }
        }
        return gradient;
    }
}
