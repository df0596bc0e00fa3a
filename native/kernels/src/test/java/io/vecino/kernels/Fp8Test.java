package io.vecino.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every 8-bit floating-point code against the OCP specification 1.0, in every lane of a vector. */
final class Fp8Test {

    private static final int LONGEST = 33;

    @ParameterizedTest
    @EnumSource
    void readsEveryCodeInEveryLane(KernelLevel level) {
        Kernels kernels = KernelsContract.require(level);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment query = arena.allocate(4L * LONGEST);
            MemorySegment row = arena.allocate(LONGEST);
            for (int lane = 0; lane < LONGEST; lane++) {
                query.setAtIndex(ValueLayout.JAVA_FLOAT, lane, 1);
                for (int dimension : new int[] {lane + 1, LONGEST}) {
                    for (int code = 0; code < 256; code++) {
                        row.set(ValueLayout.JAVA_BYTE, lane, (byte) code);
                        String context = "code " + code + " in lane " + lane;
                        float e4m3 = kernels.score(Kernel.DOT_E4M3, query, row, dimension);
                        assertEquals(0f + (float) Oracle.ocp((byte) code, 4, 3, false), e4m3, context);
                        float e5m2 = kernels.score(Kernel.DOT_E5M2, query, row, dimension);
                        assertEquals(0f + (float) Oracle.ocp((byte) code, 5, 2, true), e5m2, context);
                    }
                }
                row.fill((byte) 0);
                query.fill((byte) 0);
            }
        }
    }

    @Test
    void oracleHasTheValuesOfTheSpecification() {
        assertEquals(448, Oracle.ocp((byte) 0x7e, 4, 3, false));
        assertEquals(-448, Oracle.ocp((byte) 0xfe, 4, 3, false));
        assertEquals(Double.NaN, Oracle.ocp((byte) 0x7f, 4, 3, false));
        assertEquals(Double.NaN, Oracle.ocp((byte) 0xff, 4, 3, false));
        assertEquals(0x1p-6, Oracle.ocp((byte) 0x08, 4, 3, false));
        assertEquals(0x1p-9, Oracle.ocp((byte) 0x01, 4, 3, false));
        assertEquals(57_344, Oracle.ocp((byte) 0x7b, 5, 2, true));
        assertEquals(Double.POSITIVE_INFINITY, Oracle.ocp((byte) 0x7c, 5, 2, true));
        assertEquals(Double.NEGATIVE_INFINITY, Oracle.ocp((byte) 0xfc, 5, 2, true));
        assertEquals(Double.NaN, Oracle.ocp((byte) 0x7d, 5, 2, true));
        assertEquals(Double.NaN, Oracle.ocp((byte) 0xff, 5, 2, true));
        assertEquals(0x1p-14, Oracle.ocp((byte) 0x04, 5, 2, true));
        assertEquals(0x1p-16, Oracle.ocp((byte) 0x01, 5, 2, true));
    }
}
