package io.vecino.transform;

import io.vecino.kernels.Kernel;
import io.vecino.kernels.Kernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Maximum pairwise absolute difference (arXiv 2504.16335): direction k maximises, over the unit sphere, the mean of the
 * smallest share b of all gaps between projections, less α times the sum of its squared inner products with the
 * directions before. α is relative to the first direction's mean gap; the hard variant keeps directions orthogonal instead.
 *
 * <p>Starts at the principal components. For elliptical data these are the optimum already, so what is trained is measured
 * on held-out rows and PCA given back where it keeps as many neighbours; the origin says so.
 */
public final class MpadTrainer implements TransformTrainer {
    private static final int ROWS = 3000;
    private static final int ITERATIONS = 40;
    private static final double SHARE = 0.8;
    private static final double PENALTY = 1;
    private static final double ENOUGH = 1e-6;

    private final int dims;
    private final double share;
    private final double penalty;

    /** With the share .8 and orthogonal directions. */
    public MpadTrainer(int dims) {
        this(dims, SHARE, Double.POSITIVE_INFINITY);
    }

    /**
     * Plans a training.
     *
     * @param share b of the smallest gaps, above 0 and at most 1
     * @param penalty α relative to the first mean gap; infinite for orthogonal directions
     */
    public MpadTrainer(int dims, double share, double penalty) {
        this.dims = dims;
        this.share = share;
        this.penalty = penalty;
    }

    /** The published soft orthogonality, with α at the first mean gap. */
    static MpadTrainer soft(int dims) {
        return new MpadTrainer(dims, SHARE, PENALTY);
    }

    @Override
    public LinearTransform train(Rows sample, Similarity similarity) {
        try (Crew crew = new Crew();
                Matrices matrices = new Matrices()) {
            TrainingRows rows = TrainingRows.of(sample, "mpad", dims, matrices);
            HeldOut heldOut = new HeldOut(rows.heldOut(), rows.fitted(), similarity);
            PcaTrainer start = new PcaTrainer(dims);
            LinearTransform pca =
                    heldOut.best(start.fit(rows.fitted(), crew, matrices), ReducedScore.ofProjection(similarity));
            Rows few = rows.fitted().slice(0, Math.min(ROWS, rows.fitted().count()));
            float[] directions = new Ascent(few, pca, matrices).climb();
            LinearTransform mpad = heldOut.best(
                    new LinearTransform(ReducedScore.CENTRED_L2, pca.mean(), directions, pca.spectrum(), ""),
                    Double.isInfinite(penalty)
                            ? ReducedScore.ofProjection(similarity)
                            : ReducedScore.ofMap(similarity));
            double pcaRecall = heldOut.recall(pca);
            double recall = heldOut.recall(mpad);
            String figures = "%.3f of held-out neighbours, pca %.3f".formatted(recall, pcaRecall);
            return recall > pcaRecall
                    ? mpad.with("mpad of " + few.count() + " rows: " + figures)
                    : pca.with("pca: mpad keeps " + figures);
        }
    }

    /** The climb of all directions over one set of rows. */
    final class Ascent {
        private final Kernels kernels = Kernels.best();
        private final int n;
        private final int d;
        private final float[] start;
        private final PairwiseGaps gaps;
        private final MemorySegment rows;
        private final MemorySegment rowsTransposed;
        private final MemorySegment vector;
        private final MemorySegment result;
        private final float[] projections;
        private double alpha;

        Ascent(Rows source, LinearTransform pca, Matrices matrices) {
            this.n = source.count();
            this.d = source.dimension();
            this.start = pca.matrix();
            this.gaps = new PairwiseGaps(n, share);
            float[] values =
                    source.segment().asSlice(0, (long) n * d * Float.BYTES).toArray(ValueLayout.JAVA_FLOAT);
            float[] mean = pca.mean();
            for (int i = 0; i < values.length; i++) {
                values[i] -= mean[i % d];
            }
            float[] transposed = new float[values.length];
            Matrices.transpose(values, n, d, transposed);
            rows = matrices.floats(values.length);
            rowsTransposed = matrices.floats(values.length);
            Matrices.store(values, rows, values.length);
            Matrices.store(transposed, rowsTransposed, values.length);
            vector = matrices.floats(Math.max(n, d));
            result = matrices.floats(Math.max(n, d));
            projections = new float[n];
        }

        float[] climb() {
            float[] directions = new float[dims * d];
            alpha = 0;
            for (int k = 0; k < dims; k++) {
                float[] w = Arrays.copyOfRange(start, k * d, (k + 1) * d);
                w = climb(w, directions, k);
                System.arraycopy(w, 0, directions, k * d, d);
                if (k == 0) {
                    alpha = penalty * gaps.mean();
                }
            }
            return directions;
        }

        private float[] climb(float[] from, float[] before, int count) {
            float[] w = onSphere(from, before, count);
            float[] gradient = new float[d];
            double value = evaluate(w, before, count, gradient);
            double step = 0.5;
            for (int i = 0; i < ITERATIONS && step > 1e-4; i++) {
                float[] candidate = w.clone();
                double length = Math.max(1e-12, Math.sqrt(Similarity.DOT.score(gradient, gradient)));
                for (int j = 0; j < d; j++) {
                    candidate[j] += (float) (step / length * gradient[j]);
                }
                candidate = onSphere(candidate, before, count);
                float[] next = new float[d];
                double reached = evaluate(candidate, before, count, next);
                if (reached > value * (1 + ENOUGH)) {
                    w = candidate;
                    gradient = next;
                    value = reached;
                } else {
                    step /= 3;
                }
            }
            evaluate(w, before, count, gradient);
            return w;
        }

        private float[] onSphere(float[] w, float[] before, int count) {
            if (Double.isInfinite(penalty)) {
                for (int i = 0; i < count; i++) {
                    float along = along(w, before, i);
                    for (int j = 0; j < d; j++) {
                        w[j] -= along * before[i * d + j];
                    }
                }
            }
            float scale = (float) (1 / Math.max(1e-12, Math.sqrt(Similarity.DOT.score(w, w))));
            for (int j = 0; j < d; j++) {
                w[j] *= scale;
            }
            return w;
        }

        private float along(float[] w, float[] before, int i) {
            float sum = 0;
            for (int j = 0; j < d; j++) {
                sum += w[j] * before[i * d + j];
            }
            return sum;
        }

        /** The objective at w; writes its gradient in the sphere's tangent plane. */
        double evaluate(float[] w, float[] before, int count, float[] gradient) {
            multiply(rows, n, w, projections);
            gaps.of(projections);
            multiply(rowsTransposed, d, gaps.weights(), gradient);
            double value = gaps.mean();
            if (!Double.isInfinite(penalty)) {
                for (int i = 0; i < count; i++) {
                    float along = along(w, before, i);
                    value -= alpha * along * along;
                    for (int j = 0; j < d; j++) {
                        gradient[j] -= (float) (2 * alpha * along * before[i * d + j]);
                    }
                }
            }
            float radial = Similarity.DOT.score(gradient, w);
            for (int j = 0; j < d; j++) {
                gradient[j] -= radial * w[j];
            }
            return value;
        }

        private void multiply(MemorySegment matrix, int count, float[] by, float[] out) {
            Matrices.store(by, vector, by.length);
            kernels.scoreRows(Kernel.DOT_F32, vector, matrix, (long) by.length * Float.BYTES, count, by.length, result);
            Matrices.load(result, out, count);
        }
    }
}
