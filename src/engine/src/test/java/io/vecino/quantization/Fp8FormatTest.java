package io.vecino.quantization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class Fp8FormatTest {
    /** (−1)^s · 2^(e − bias) · 1.m, or (−1)^s · 2^(1 − bias) · 0.m: tables 1 and 2 of OFP8 1.0. */
    private static double definition(Fp8Format format, int code) {
        int mantissaBits = format == Fp8Format.E4M3 ? 3 : 2;
        int bias = format == Fp8Format.E4M3 ? 7 : 15;
        int exponent = (code & 0x7F) >> mantissaBits;
        double fraction = (code & (1 << mantissaBits) - 1) / (double) (1 << mantissaBits);
        double sign = code < 0x80 ? 1 : -1;
        if (format == Fp8Format.E4M3 && (code & 0x7F) == 0x7F) {
            return Double.NaN;
        }
        if (format == Fp8Format.E5M2 && exponent == 31) {
            return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
        }
        return exponent == 0
                ? sign * Math.pow(2, 1 - bias) * fraction
                : sign * Math.pow(2, exponent - bias) * (1 + fraction);
    }

    @ParameterizedTest
    @EnumSource
    void everyCodeIsWhatTheSpecificationSaysAndComesBackBitExactly(Fp8Format format) {
        for (int code = 0; code < 256; code++) {
            assertEquals(definition(format, code), (double) format.decode(code), 0.0, format + " code " + code);
            assertEquals(code, format.encode(format.decode(code)), format + " code " + code);
        }
    }

    @ParameterizedTest
    @EnumSource
    void roundsToTheNearestAndTiesToEven(Fp8Format format) {
        for (int code = 0; format.decode(code) < format.largest(); code++) {
            float low = format.decode(code);
            float high = format.decode(code + 1);
            float middle = (low + high) / 2;
            assertEquals(code % 2 == 0 ? code : code + 1, format.encode(middle), format + " tie above " + code);
            assertEquals(code, format.encode(Math.nextDown(middle)));
            assertEquals(code + 1, format.encode(Math.nextUp(middle)));
            assertEquals(code + 1 | 0x80, format.encode(-Math.nextUp(middle)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void saturatesFiniteValuesAndFlushesTinyOnes(Fp8Format format) {
        assertEquals(format.largest(), format.decode(format.encode(Float.MAX_VALUE)));
        assertEquals(-format.largest(), format.decode(format.encode(-1e9f)));
        assertEquals(0, format.encode(Float.MIN_VALUE));
        assertTrue(Float.isNaN(format.decode(format.encode(Float.NaN))));
    }

    @Test
    void theLargestValuesAreThoseOfTheSpecification() {
        assertEquals(448, Fp8Format.E4M3.largest());
        assertEquals(57_344, Fp8Format.E5M2.largest());
    }
}
