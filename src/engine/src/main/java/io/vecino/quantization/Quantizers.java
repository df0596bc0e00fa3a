package io.vecino.quantization;

import io.vecino.model.QuantizerSpec;
import io.vecino.transform.Rows;
import java.lang.foreign.ValueLayout;

/** From a quantizer's name to a trained one, and back from its bytes. */
public final class Quantizers {
    private Quantizers() {}

    /**
     * Trains.
     *
     * @param sample rows as they will be encoded, at least one
     */
    public static Quantizer train(QuantizerSpec spec, Rows sample) {
        return switch (spec) {
            case F32 -> new FloatQuantizer(sample.dimension());
            case F16 -> new HalfQuantizer(sample.dimension());
            case INT8 -> new Int8Quantizer(mean(sample));
        };
    }

    private static float[] mean(Rows sample) {
        double[] sums = new double[sample.dimension()];
        for (int i = 0; i < sample.count(); i++) {
            for (int j = 0; j < sums.length; j++) {
                sums[j] += sample.segment().getAtIndex(ValueLayout.JAVA_FLOAT, (long) i * sums.length + j);
            }
        }
        float[] mean = new float[sums.length];
        for (int j = 0; j < sums.length; j++) {
            mean[j] = (float) (sums[j] / Math.max(1, sample.count()));
        }
        return mean;
    }

    /**
     * Reads what {@link Quantizer#toBytes} wrote.
     *
     * @throws IllegalArgumentException if the bytes are not of that quantizer and dimension
     */
    public static Quantizer fromBytes(QuantizerSpec spec, int dimension, byte[] bytes) {
        int expected = spec == QuantizerSpec.INT8 ? dimension * Float.BYTES : 0;
        if (bytes.length != expected) {
            throw new IllegalArgumentException(
                    "quantizer " + spec + ": expected " + expected + " bytes, got " + bytes.length);
        }
        return switch (spec) {
            case F32 -> new FloatQuantizer(dimension);
            case F16 -> new HalfQuantizer(dimension);
            case INT8 -> Int8Quantizer.fromBytes(bytes);
        };
    }
}
