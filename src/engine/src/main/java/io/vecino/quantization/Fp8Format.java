package io.vecino.quantization;

/** The 8-bit floats of the OCP specification OFP8 1.0: sign, exponent, mantissa. */
enum Fp8Format {
    /** No infinities; largest value 448. */
    E4M3(3, 7, 0x7E),
    /** As IEEE, with infinities; largest value 57,344. */
    E5M2(2, 15, 0x7B);

    private static final int SIGN = 0x80;
    private static final int FLOAT_MANTISSA = 23;

    private final int mantissaBits;
    private final int bias;
    private final int largestCode;

    @SuppressWarnings("ImmutableEnumChecker") // filled by the constructor, never handed out
    private final float[] values = new float[256];

    Fp8Format(int mantissaBits, int bias, int largestCode) {
        this.mantissaBits = mantissaBits;
        this.bias = bias;
        this.largestCode = largestCode;
        for (int code = 0; code < values.length; code++) {
            values[code] = widen(code);
        }
    }

    private float widen(int code) {
        int magnitude = code & 0x7F;
        int mantissa = magnitude & ((1 << mantissaBits) - 1);
        int exponent = magnitude >> mantissaBits;
        if (magnitude > largestCode) {
            // Infinity keeps mantissa 0, a NaN its mantissa bits.
            int bits = 0x7F80_0000 | mantissa << (FLOAT_MANTISSA - mantissaBits) | (code & SIGN) << 24;
            return Float.intBitsToFloat(bits);
        }
        float value = exponent == 0
                ? Math.scalb((float) mantissa, 1 - bias - mantissaBits)
                : Math.scalb((float) (mantissa + (1 << mantissaBits)), exponent - bias - mantissaBits);
        return (code & SIGN) == 0 ? value : -value;
    }

    /** The largest finite value. */
    float largest() {
        return values[largestCode];
    }

    float decode(int code) {
        return values[code & 0xFF];
    }

    /** Rounds to nearest even; beyond the largest finite value to that value. Infinity and NaN stay, E4M3 has only NaN. */
    int encode(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 24 & SIGN;
        float magnitude = Math.abs(value);
        if (!(magnitude <= Float.MAX_VALUE)) {
            int mantissa = bits >> (FLOAT_MANTISSA - mantissaBits) & ((1 << mantissaBits) - 1);
            int payload = Float.isNaN(value) && mantissa == 0 ? 1 : mantissa;
            return sign | (this == E4M3 ? 0x7F : 0x7C | payload);
        }
        int exponent = Math.max(Math.getExponent(magnitude), 1 - bias);
        if (exponent > Math.getExponent(largest())) {
            return sign | largestCode;
        }
        int steps = (int) Math.rint(Math.scalb(magnitude, mantissaBits - exponent));
        return sign | Math.min(largestCode, ((exponent + bias - 1) << mantissaBits) + steps);
    }
}
