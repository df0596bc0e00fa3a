package io.vecino.transform;

import io.vecino.model.EngineException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * PCA by eigendecomposition of the covariance, accumulated in float64. A few rows of the sample are held out of the fit
 * and used as queries to choose the {@link ReducedScore} that keeps most of their exact neighbours.
 */
public final class PcaTrainer implements TransformTrainer {
    private final int dims;

    /** @param dims components kept */
    public PcaTrainer(int dims) {
        this.dims = dims;
    }

    @Override
    public Transform train(Rows sample, Similarity similarity) {
        int dimension = sample.dimension();
        if (dims > dimension) {
            throw new EngineException.InvalidArgument(
                    "pipeline", "pca dims of at most " + dimension, String.valueOf(dims));
        }
        if (sample.count() <= dims) {
            throw new EngineException.InvalidArgument(
                    "pipeline", "more than " + dims + " training rows for pca:" + dims, sample.count() + " rows");
        }
        sample.requireFinite("sample");
        int heldOut = Math.min(ScoreChoice.QUERIES, (sample.count() - dims - 1) / 2);
        Rows fitted = sample.slice(heldOut, sample.count() - heldOut);
        Pca pca = fit(fitted);
        if (heldOut == 0) {
            return pca;
        }
        return ScoreChoice.best(pca, sample.slice(0, heldOut), fitted, similarity);
    }

    private Pca fit(Rows rows) {
        int d = rows.dimension();
        double[] mean = mean(rows);
        DMatrixRMaj covariance = covariance(rows, mean);
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(d, true, true);
        if (!eigen.decompose(covariance)) {
            throw new EngineException.InvalidArgument("sample", "a covariance with eigenvectors", "none found");
        }
        Integer[] order = IntStream.range(0, d).boxed().toArray(Integer[]::new);
        Arrays.sort(
                order,
                Comparator.comparingDouble(
                        (Integer i) -> -eigen.getEigenvalue(i).getReal()));
        float[] eigenvalues = new float[d];
        float[] components = new float[dims * d];
        for (int k = 0; k < d; k++) {
            eigenvalues[k] = (float) Math.max(0, eigen.getEigenvalue(order[k]).getReal());
            if (k < dims) {
                double[] vector = eigen.getEigenVector(order[k]).getData();
                double sign = largest(vector) < 0 ? -1 : 1;
                for (int j = 0; j < d; j++) {
                    components[k * d + j] = (float) (sign * vector[j]);
                }
            }
        }
        float[] floatMean = new float[d];
        for (int j = 0; j < d; j++) {
            floatMean[j] = (float) mean[j];
        }
        return new Pca(ReducedScore.CENTRED_L2, floatMean, eigenvalues, components);
    }

    /** The value of largest magnitude; its sign fixes the sign of a component. */
    private static double largest(double[] vector) {
        double largest = 0;
        for (double value : vector) {
            if (Math.abs(value) > Math.abs(largest)) {
                largest = value;
            }
        }
        return largest;
    }

    private static double[] mean(Rows rows) {
        double[] mean = new double[rows.dimension()];
        for (int i = 0; i < rows.count(); i++) {
            for (int j = 0; j < mean.length; j++) {
                mean[j] += rows.get(i, j);
            }
        }
        for (int j = 0; j < mean.length; j++) {
            mean[j] /= rows.count();
        }
        return mean;
    }

    private static DMatrixRMaj covariance(Rows rows, double[] mean) {
        int d = mean.length;
        double[] sums = new double[d * d];
        double[] row = new double[d];
        for (int i = 0; i < rows.count(); i++) {
            MemorySegment source = rows.row(i);
            for (int j = 0; j < d; j++) {
                row[j] = source.getAtIndex(java.lang.foreign.ValueLayout.JAVA_FLOAT, j) - mean[j];
            }
            for (int a = 0; a < d; a++) {
                double scale = row[a];
                int offset = a * d;
                for (int b = 0; b <= a; b++) {
                    sums[offset + b] += scale * row[b];
                }
            }
        }
        DMatrixRMaj covariance = new DMatrixRMaj(d, d);
        double divisor = Math.max(1, rows.count() - 1);
        for (int a = 0; a < d; a++) {
            for (int b = 0; b <= a; b++) {
                covariance.set(a, b, sums[a * d + b] / divisor);
                covariance.set(b, a, sums[a * d + b] / divisor);
            }
        }
        return covariance;
    }
}
