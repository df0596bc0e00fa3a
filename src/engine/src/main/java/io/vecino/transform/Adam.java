package io.vecino.transform;

/** Adam (Kingma and Ba, arXiv 1412.6980) with β .9 and .999, over one array of weights. */
final class Adam {
    private static final float BETA1 = 0.9f;
    private static final float BETA2 = 0.999f;
    private static final float EPSILON = 1e-12f;

    private final float[] first;
    private final float[] second;
    private int step;

    Adam(int weights) {
        first = new float[weights];
        second = new float[weights];
    }

    /** Moves the weights against the gradient. */
    void descend(float[] weights, float[] gradient, double rate) {
        step++;
        float size = (float) (rate / (1 - Math.pow(BETA1, step)));
        float correction = (float) (1 / (1 - Math.pow(BETA2, step)));
        for (int i = 0; i < weights.length; i++) {
            float g = gradient[i];
            first[i] = BETA1 * first[i] + (1 - BETA1) * g;
            second[i] = BETA2 * second[i] + (1 - BETA2) * g * g;
            weights[i] -= (float) (size * first[i] / (Math.sqrt(second[i] * correction) + EPSILON));
        }
    }
}
