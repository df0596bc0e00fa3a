package io.vecino.quantization;

/** By what the values of a trellis code are multiplied: a byte, in equal steps of the logarithm from 1/2 to 2. */
final class TcqScale {
    private static final int STEPS = 255;
    private static final float[] SCALES = new float[STEPS + 1];

    static {
        for (int code = 0; code <= STEPS; code++) {
            SCALES[code] = (float) Math.pow(2, 2.0 * code / STEPS - 1);
        }
    }

    private TcqScale() {}

    /**
     * The scale at which a vector's product with its code is its product with itself; 1 if there is none.
     *
     * @param residual of the vector, along the same axes
     * @param values of its code, for the leading axes
     */
    static float of(float[] vector, float[] residual, float[] values) {
        double exact = 0;
        double coded = 0;
        for (int j = 0; j < vector.length; j++) {
            exact += (double) vector[j] * residual[j];
        }
        for (int j = 0; j < values.length; j++) {
            coded += (double) vector[j] * values[j];
        }
        float scale = (float) (exact / coded);
        return scale > 0 && Float.isFinite(scale) ? scale : 1;
    }

    static byte encode(float scale) {
        double step = (Math.log(scale) / Math.log(2) + 1) / 2 * STEPS;
        return (byte) Math.round(Math.clamp(step, 0, STEPS));
    }

    static float decode(byte code) {
        return SCALES[code & 0xFF];
    }
}
