package io.vecino.transform;

import io.vecino.model.EngineException;
import io.vecino.model.QuantizerSpec;

/**
 * What a scalar quantizer behind a map leaves of its images, for training through it: levels of {@code bits} bits about the
 * mean of the images, at the step with least squared error on a normal distribution, or over the range of each image. The
 * gradient passes as if it were not there (straight-through estimator, arXiv 1308.3432).
 *
 * @param levels where they lie
 * @param bits 1 to 8
 */
public record FakeQuantizer(Levels levels, int bits) {
    /** Steps of the uniform quantizer with least squared error on a normal distribution, by bits (Max 1960). */
    private static final float[] NORMAL_STEP = {0, 1.596f, 0.996f, 0.586f, 0.335f, 0.188f, 0.104f, 0.0569f, 0.0308f};

    /** With 4 bits a range this much narrower has less squared error. */
    private static final float FEW_BITS_SHARE = 0.9f;

    private static final int FEW_BITS = 4;

    /** Of the error. The whole of it costs recall: quantizers with many centres leave less error than one mean does. */
    private static final float SHARE = 0.5f;

    /** Where levels lie. */
    public enum Levels {
        /** From the least to the largest value of each image. */
        RANGE,
        /** About zero, in steps of the image's root mean square, scaled so that the image keeps its inner product with itself. */
        ANGLE
    }

    /**
     * What comes near a quantizer.
     *
     * @throws EngineException.InvalidArgument if it is none of int8, int6, int4 and rabitq
     */
    public static FakeQuantizer of(QuantizerSpec spec) {
        return switch (spec.method()) {
            case INT8 -> new FakeQuantizer(Levels.RANGE, 8);
            case INT6 -> new FakeQuantizer(Levels.RANGE, 6);
            case INT4 -> new FakeQuantizer(Levels.RANGE, 4);
            case RABITQ -> new FakeQuantizer(Levels.ANGLE, spec.bits());
            case F32, F16, BF16, FP8E4M3, FP8E5M2, BINARY, BINARY2, PQ, OPQ, TCQ ->
                throw new EngineException.InvalidArgument(
                        "through", "int8, int6, int4 or rabitq:1 to rabitq:8", spec.toString());
        };
    }

    /** Whether the quantizer rotates what it is given at random. */
    boolean rotates() {
        return levels == Levels.ANGLE;
    }

    /**
     * Moves images in place half of the way to what the quantizer leaves of them.
     *
     * @param centre m values, which the levels are relative to
     */
    void round(float[] images, int count, int m, float[] centre) {
        for (int i = 0; i < count; i++) {
            int from = i * m;
            for (int j = 0; j < m; j++) {
                images[from + j] -= centre[j];
            }
            switch (levels) {
                case RANGE -> roundRange(images, from, from + m);
                case ANGLE -> roundAngle(images, from, from + m);
            }
            for (int j = 0; j < m; j++) {
                images[from + j] += centre[j];
            }
        }
    }

    private void roundRange(float[] values, int from, int to) {
        float least = Float.POSITIVE_INFINITY;
        float most = Float.NEGATIVE_INFINITY;
        for (int j = from; j < to; j++) {
            least = Math.min(least, values[j]);
            most = Math.max(most, values[j]);
        }
        if (most <= least) {
            return;
        }
        float middle = (least + most) / 2;
        int top = (1 << bits) - 1;
        float half = (most - least) / 2 * (bits <= FEW_BITS ? FEW_BITS_SHARE : 1);
        float step = 2 * half / top;
        float zero = middle - half;
        float inverse = 1 / step;
        for (int j = from; j < to; j++) {
            int level = (int) Math.clamp((values[j] - zero) * inverse + 0.5f, 0, top);
            values[j] += SHARE * (zero + level * step - values[j]);
        }
    }

    private void roundAngle(float[] values, int from, int to) {
        float squares = 0;
        for (int j = from; j < to; j++) {
            squares += values[j] * values[j];
        }
        if (squares == 0) {
            return;
        }
        float step = NORMAL_STEP[bits] * (float) Math.sqrt(squares / (to - from));
        float inverse = 1 / step;
        float half = 1 << (bits - 1);
        float products = 0;
        float least = -half;
        float most = half - 1;
        // A level is the middle of its step.
        for (int j = from; j < to; j++) {
            float level = Math.clamp((float) Math.floor(values[j] * inverse), least, most) + 0.5f;
            products += level * values[j];
        }
        float scale = squares / products;
        for (int j = from; j < to; j++) {
            float rounded = (Math.clamp((float) Math.floor(values[j] * inverse), least, most) + 0.5f) * scale;
            values[j] += SHARE * (rounded - values[j]);
        }
    }
}
