package io.vecino.transform;

import io.vecino.model.EngineException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/** The eigenvalues of a symmetric positive semi-definite matrix, descending, and its eigenvectors. */
final class Spectrum {
    private final int d;
    private final float[] values;
    private final float[] vectors;

    private Spectrum(float[] values, float[] vectors, int d) {
        this.values = values;
        this.vectors = vectors;
        this.d = d;
    }

    /** d of them, or the leading ones, none below 0; not a copy. */
    float[] values() {
        return values;
    }

    /** Decomposes a d × d matrix. */
    static Spectrum of(double[] matrix, int d) {
        Spectrum spectrum = ofSymmetric(matrix, d);
        for (int k = 0; k < d; k++) {
            spectrum.values[k] = Math.max(0, spectrum.values[k]);
        }
        return spectrum;
    }

    /** The same of any symmetric matrix; eigenvalues may be below 0. */
    static Spectrum ofSymmetric(double[] matrix, int d) {
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(d, true, true);
        if (!eigen.decompose(new DMatrixRMaj(d, d, true, matrix))) {
            throw new EngineException.InvalidArgument("sample", "a covariance with eigenvectors", "none found");
        }
        Integer[] order = IntStream.range(0, d).boxed().toArray(Integer[]::new);
        Arrays.sort(
                order,
                Comparator.comparingDouble(
                        (Integer i) -> -eigen.getEigenvalue(i).getReal()));
        float[] values = new float[d];
        float[] vectors = new float[d * d];
        for (int k = 0; k < d; k++) {
            values[k] = (float) eigen.getEigenvalue(order[k]).getReal();
            double[] vector = eigen.getEigenVector(order[k]).getData();
            double sign = largest(vector) < 0 ? -1 : 1;
            for (int j = 0; j < d; j++) {
                vectors[k * d + j] = (float) (sign * vector[j]);
            }
        }
        return new Spectrum(values, vectors, d);
    }

    /** The leading part of one, by whatever method; signs are made as {@link #leading} says. */
    static Spectrum of(float[] values, float[] vectors, int d) {
        for (int k = 0; k < values.length; k++) {
            double[] vector = new double[d];
            for (int j = 0; j < d; j++) {
                vector[j] = vectors[k * d + j];
            }
            if (largest(vector) < 0) {
                for (int j = k * d; j < (k + 1) * d; j++) {
                    vectors[j] = -vectors[j];
                }
            }
        }
        return new Spectrum(values, vectors, d);
    }

    private static double largest(double[] vector) {
        double largest = 0;
        for (double value : vector) {
            if (Math.abs(value) > Math.abs(largest)) {
                largest = value;
            }
        }
        return largest;
    }

    /** The first {@code count} vectors, count × d; of each the value of largest magnitude is positive. */
    float[] leading(int count) {
        return Arrays.copyOf(vectors, count * d);
    }
}
