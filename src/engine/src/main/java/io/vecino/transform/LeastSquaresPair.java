package io.vecino.transform;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * The matrices A for queries and B for points of rank m with least Σ(⟨q,x⟩ − ⟨Aq,Bx⟩)² over all pairs, which LeanVec-OOD
 * (arXiv 2312.16335) looks for among orthonormal ones; without that constraint it is a singular value decomposition: with
 * second moments K_q and K_x and K_x^(1/2) K_q K_x^(1/2) = V S² Vᵀ, B = S^(1/2) Vᵀ K_x^(−1/2) and A = S^(−1/2) Vᵀ K_x^(1/2).
 */
final class LeastSquaresPair {
    private static final double SHRINKAGE = 1e-3;
    private static final double LEAST = 1e-7;

    private LeastSquaresPair() {}

    static PairedTransform of(Rows points, Rows queries, int m, Crew crew, Matrices matrices) {
        int d = points.dimension();
        DMatrixRMaj ofPoints = secondMoment(points, crew, matrices);
        DMatrixRMaj ofQueries = secondMoment(queries, crew, matrices);
        // A small sample of queries says little of its weakest directions; those of the points stand in for them.
        double traces = CommonOps_DDRM.trace(ofQueries) / Math.max(1e-30, CommonOps_DDRM.trace(ofPoints));
        CommonOps_DDRM.add(1 - SHRINKAGE, ofQueries, SHRINKAGE * traces, ofPoints, ofQueries);
        Spectrum spectrum = Spectrum.of(ofPoints.getData(), d);
        DMatrixRMaj root = power(spectrum, d, 0.5);
        DMatrixRMaj inverseRoot = power(spectrum, d, -0.5);
        DMatrixRMaj half = new DMatrixRMaj(d, d);
        DMatrixRMaj whole = new DMatrixRMaj(d, d);
        CommonOps_DDRM.mult(root, ofQueries, half);
        CommonOps_DDRM.mult(half, root, whole);
        Spectrum singular = Spectrum.of(whole.getData(), d);
        DMatrixRMaj leading = new DMatrixRMaj(m, d);
        for (int i = 0; i < m * d; i++) {
            leading.set(i, singular.leading(m)[i]);
        }
        float[] mean = points.mean();
        float[] a = scaled(leading, root, singular, -0.25);
        float[] b = scaled(leading, inverseRoot, singular, 0.25);
        return new PairedTransform(
                new LinearTransform(ReducedScore.IP, mean, a, new float[0], "least squares"),
                new LinearTransform(ReducedScore.IP, mean, b, spectrum.values(), "least squares"));
    }

    private static DMatrixRMaj secondMoment(Rows rows, Crew crew, Matrices matrices) {
        int d = rows.dimension();
        Covariance covariance = Covariance.of(rows, crew, matrices);
        double share = (rows.count() - 1.0) / rows.count();
        double[] moment = covariance.matrix();
        float[] mean = covariance.mean();
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                moment[i * d + j] = share * moment[i * d + j] + (double) mean[i] * mean[j];
            }
        }
        return new DMatrixRMaj(d, d, true, moment);
    }

    private static DMatrixRMaj power(Spectrum spectrum, int d, double exponent) {
        float[] vectors = spectrum.leading(d);
        DMatrixRMaj left = new DMatrixRMaj(d, d);
        DMatrixRMaj right = new DMatrixRMaj(d, d);
        double floor = LEAST * spectrum.values()[0];
        for (int k = 0; k < d; k++) {
            double value = spectrum.values()[k];
            double factor = value > floor ? Math.pow(value, exponent) : 0;
            for (int j = 0; j < d; j++) {
                left.set(k, j, factor * vectors[k * d + j]);
                right.set(k, j, vectors[k * d + j]);
            }
        }
        DMatrixRMaj result = new DMatrixRMaj(d, d);
        CommonOps_DDRM.multTransA(left, right, result);
        return result;
    }

    /** Rows of {@code leading · by}, row k times a power of the square of singular value k. */
    private static float[] scaled(DMatrixRMaj leading, DMatrixRMaj by, Spectrum singular, double exponent) {
        DMatrixRMaj product = new DMatrixRMaj(leading.numRows, by.numCols);
        CommonOps_DDRM.mult(leading, by, product);
        float[] rows = new float[product.getNumElements()];
        double floor = LEAST * singular.values()[0];
        for (int i = 0; i < rows.length; i++) {
            double value = singular.values()[i / by.numCols];
            rows[i] = value > floor ? (float) (product.get(i) * Math.pow(value, exponent)) : 0;
        }
        return rows;
    }
}
