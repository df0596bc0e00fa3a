package io.vecino.quantization;

import io.vecino.model.QuantizerSpec;
import io.vecino.quantization.faiss.FaissTraining;
import io.vecino.storage.NativeConstant;
import io.vecino.storage.Scratch;
import io.vecino.transform.PrincipalAxes;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.util.Arrays;

/**
 * Trains a trellis quantizer: two sets of centres, the principal axes of what they leave, bits for each axis, and the values
 * of the trellis by Lloyd's method over the best paths of the rows.
 */
final class TcqTrainer {
    private static final int ROWS_PER_CENTRE = 39;
    private static final int FEWEST_CENTRES = 16;
    private static final int FITTED_ROWS = 4096;
    private static final int ITERATIONS = 8;

    /** Errors count by this power of the variance: queries near a row differ from it as rows differ from their centres. */
    private static final double WEIGHT_POWER = 0.75;

    private final QuantizerSpec spec;
    private final Rows sample;
    private final Similarity similarity;

    TcqTrainer(QuantizerSpec spec, Rows sample, Similarity similarity) {
        this.spec = spec;
        this.sample = sample;
        this.similarity = similarity;
    }

    TcqQuantizer train() {
        int d = sample.dimension();
        int bits = new TcqLayout(similarity, spec.size()).bits();
        try (Scratch scratch = new Scratch()) {
            Rows rows = TcqResiduals.copy(sample, scratch);
            float[] origin = similarity == Similarity.L2 ? rows.mean() : new float[d];
            TcqResiduals.subtract(rows, origin);
            Centres first = centres(rows);
            TcqResiduals.subtractNearest(rows, first);
            Centres second = centres(rows);
            TcqResiduals.subtractNearest(rows, second);
            PrincipalAxes principal = PrincipalAxes.of(rows);
            float[] variances = principal.variances();
            float[] axes = principal.axes();
            float[] deviations = new float[d];
            for (int j = 0; j < d; j++) {
                deviations[j] = (float) Math.sqrt(variances[j]);
            }
            byte[] shares = Trellis.share(bits, variances, weights(deviations, WEIGHT_POWER));
            TcqModel model = new TcqModel(origin, first, second, axes, deviations, shares, Trellis.initial());
            Rows fitted = rows.slice(0, Math.min(FITTED_ROWS, rows.count()));
            Rows turned = TcqResiduals.along(NativeConstant.of(axes), fitted, scratch);
            for (int i = 0; i < ITERATIONS; i++) {
                model = refitted(model, turned);
            }
            return new TcqQuantizer(spec, d, similarity, model);
        }
    }

    private static Centres centres(Rows rows) {
        int count = Integer.highestOneBit(Math.clamp(rows.count() / ROWS_PER_CENTRE, 1, Centres.MAX));
        return new Centres(
                count < FEWEST_CENTRES ? rows.mean() : FaissTraining.centroids(rows, count), rows.dimension());
    }

    /** Powers of variances, at most 1. */
    private static float[] weights(float[] deviations, double power) {
        float[] weights = new float[deviations.length];
        for (int j = 0; j < weights.length && deviations[j] > 0; j++) {
            weights[j] = (float) Math.pow(deviations[j] / deviations[0], 2 * power);
        }
        return weights;
    }

    /** Weights of errors in units of the deviations. */
    static float[] weights(TcqModel model) {
        return Arrays.copyOf(weights(model.deviations(), 1 + WEIGHT_POWER), model.coded());
    }

    /** Each value becomes the weighted mean of what was coded by it. */
    private static TcqModel refitted(TcqModel model, Rows turned) {
        double[][] sums = new double[Trellis.MOST_BITS][Trellis.STATES];
        double[][] masses = new double[Trellis.MOST_BITS][Trellis.STATES];
        float[] weights = weights(model);
        TcqEncoder encoder = new TcqEncoder(model);
        for (int i = 0; i < turned.count(); i++) {
            int[] states = encoder.find(turned.copyOf(i), 0);
            for (int j = 0; j < weights.length; j++) {
                int own = model.shares()[j] - 1;
                sums[own][states[j]] += (double) weights[j] * encoder.target(j);
                masses[own][states[j]] += weights[j];
            }
        }
        float[][] values = new float[Trellis.MOST_BITS][Trellis.STATES];
        for (int k = 0; k < values.length; k++) {
            for (int s = 0; s < Trellis.STATES; s++) {
                values[k][s] = masses[k][s] > 0
                        ? (float) (sums[k][s] / masses[k][s])
                        : model.trellis().values()[k][s];
            }
        }
        return model.with(new Trellis(values));
    }
}
