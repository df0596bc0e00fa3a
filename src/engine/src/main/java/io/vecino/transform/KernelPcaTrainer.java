package io.vecino.transform;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Kernel PCA (Schölkopf et al. 1998) with a Gaussian kernel by Nyström's method (Williams and Seeger 2000): PCA of the
 * features K_mm^(−1/2) k(x) of some of the rows as landmarks. The width is the median squared distance.
 */
public final class KernelPcaTrainer implements TransformTrainer {
    private static final int LANDMARKS = 1024;
    private static final int FITTED_ROWS = 20_000;
    private static final double LEAST_EIGENVALUE = 1e-6;

    private final int dims;

    public KernelPcaTrainer(int dims) {
        this.dims = dims;
    }

    @Override
    public Transform train(Rows sample, Similarity similarity) {
        try (Crew crew = new Crew();
                Matrices matrices = new Matrices()) {
            TrainingRows rows = TrainingRows.of(sample, "kpca", dims, matrices);
            Rows fitted = rows.fitted();
            int d = fitted.dimension();
            int landmarks = Math.min(fitted.count(), Math.max(dims, Math.min(LANDMARKS, fitted.count() / 2)));
            float[] centres = fitted.slice(0, landmarks)
                    .segment()
                    .asSlice(0, (long) landmarks * d * Float.BYTES)
                    .toArray(ValueLayout.JAVA_FLOAT);
            FeatureMap features = FeatureMap.gaussian(d, centres, gamma(fitted));
            Rows kernel = images(features, fitted.slice(0, Math.min(FITTED_ROWS, fitted.count())), matrices);
            float[] root = inverseRoot(kernel.slice(0, landmarks));
            LinearTransform whitened =
                    new LinearTransform(ReducedScore.IP, new float[landmarks], root, new float[0], "nyström");
            LinearTransform pca = new PcaTrainer(dims).fit(images(whitened, kernel, matrices), crew, matrices);
            float[] matrix = new float[dims * landmarks];
            new HeapProducts(crew, matrices)
                    .timesTransposed(
                            pca.matrix(),
                            dims,
                            HeapProducts.transposed(root, landmarks, landmarks),
                            landmarks,
                            landmarks,
                            matrix);
            LinearTransform map = new LinearTransform(
                    ReducedScore.CENTRED_L2,
                    kernel.mean(),
                    matrix,
                    pca.spectrum(),
                    "kpca of " + kernel.count() + " rows");
            return new HeldOut(rows.heldOut(), fitted, similarity)
                    .best(features, map, ReducedScore.ofAnyMap(Similarity.DOT));
        }
    }

    private static float gamma(Rows rows) {
        int pairs = Math.min(1000, rows.count() - 1);
        double[] distances = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            distances[i] = -Similarity.L2.score(rows.copyOf(i), rows.copyOf(i + 1));
        }
        java.util.Arrays.sort(distances);
        return (float) (1 / Math.max(1e-12, distances[pairs / 2]));
    }

    private static Rows images(Transform transform, Rows rows, Matrices matrices) {
        int m = transform.outputDimension();
        MemorySegment out = matrices.floats((long) rows.count() * m);
        transform.points(rows.segment(), rows.count(), out, MemorySegment.NULL);
        return new Rows(out, rows.count(), m);
    }

    /** K^(−1/2) of a symmetric matrix, without the directions that are numerically nothing. */
    private static float[] inverseRoot(Rows kernel) {
        int n = kernel.dimension();
        double[] matrix = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                matrix[i * n + j] = 0.5 * ((double) kernel.get(i, j) + kernel.get(j, i));
            }
        }
        Spectrum spectrum = Spectrum.of(matrix, n);
        float[] vectors = spectrum.leading(n);
        float[] scaled = new float[n * n];
        for (int k = 0; k < n; k++) {
            double value = spectrum.values()[k];
            float scale = value > LEAST_EIGENVALUE * spectrum.values()[0] ? (float) (1 / Math.sqrt(value)) : 0;
            for (int j = 0; j < n; j++) {
                scaled[k * n + j] = scale * vectors[k * n + j];
            }
        }
        return scaled;
    }
}
