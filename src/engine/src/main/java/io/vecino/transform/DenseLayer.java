package io.vecino.transform;

import java.util.Arrays;
import java.util.SplittableRandom;

/** A fully connected layer y = Wx + b in training, over batches of rows. */
final class DenseLayer {
    private final HeapProducts products;
    private final int in;
    private final int out;
    private final float[] weights;
    private final float[] bias;
    private final float[] weightGradient;
    private final float[] biasGradient;
    private final Adam weightSteps;
    private final Adam biasSteps;
    private float[] input = new float[0];

    /** @param weights out × in to start from */
    DenseLayer(HeapProducts products, int in, int out, float[] weights) {
        this.products = products;
        this.in = in;
        this.out = out;
        this.weights = weights;
        this.bias = new float[out];
        this.weightGradient = new float[out * in];
        this.biasGradient = new float[out];
        this.weightSteps = new Adam(out * in);
        this.biasSteps = new Adam(out);
    }

    /** Weights of variance 2/in (He et al., arXiv 1502.01852). */
    static float[] random(int in, int out, SplittableRandom random) {
        float[] weights = new float[out * in];
        float scale = (float) Math.sqrt(2.0 / in);
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (scale * random.nextGaussian());
        }
        return weights;
    }

    /** The layer's values for {@code count} rows; the rows are kept for {@link #backward}. */
    float[] forward(float[] rows, int count) {
        input = rows;
        float[] values = new float[count * out];
        products.timesTransposed(rows, count, weights, out, in, values);
        for (int i = 0; i < values.length; i++) {
            values[i] += bias[i % out];
        }
        return values;
    }

    /** From the gradient by the values to that by the rows; that by the weights is kept for {@link #descend}. */
    float[] backward(float[] gradient, int count) {
        products.timesTransposed(
                HeapProducts.transposed(gradient, count, out),
                out,
                HeapProducts.transposed(input, count, in),
                in,
                count,
                weightGradient);
        Arrays.fill(biasGradient, 0);
        for (int i = 0; i < count * out; i++) {
            biasGradient[i % out] += gradient[i];
        }
        float[] back = new float[count * in];
        products.timesTransposed(gradient, count, HeapProducts.transposed(weights, out, in), in, out, back);
        return back;
    }

    void descend(double rate) {
        weightSteps.descend(weights, weightGradient, rate);
        biasSteps.descend(bias, biasGradient, rate);
    }

    /** out × in; not a copy. */
    float[] weights() {
        return weights;
    }

    /** Not a copy. */
    float[] bias() {
        return bias;
    }
}
