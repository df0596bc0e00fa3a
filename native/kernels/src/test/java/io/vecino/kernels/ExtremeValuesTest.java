package io.vecino.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** NaN, infinities, the largest values and denormals at every position of the vector, at every level. */
final class ExtremeValuesTest {

    private static final float[] EXTREMES = {
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        Float.MIN_VALUE,
        -0.0f
    };
    private static final int[] DIMENSIONS = {1, 3, 8, 15, 16, 33};

    @ParameterizedTest
    @EnumSource
    void propagatesFromTheQuery(KernelLevel level) {
        Kernels kernels = KernelsContract.require(level);
        for (Kernel kernel : Kernel.values()) {
            if (!kernel.isQdot()) {
                placeEverywhere(kernels, kernel, true);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void propagatesFromTheRow(KernelLevel level) {
        Kernels kernels = KernelsContract.require(level);
        for (Kernel kernel : Kernel.values()) {
            placeEverywhere(kernels, kernel, false);
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsDenormals(KernelLevel level) {
        Kernels kernels = KernelsContract.require(level);
        int dimension = 19;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment query = arena.allocate(4L * dimension);
            MemorySegment floats = arena.allocate(4L * dimension);
            MemorySegment halves = arena.allocate(2L * dimension);
            for (int i = 0; i < dimension; i++) {
                query.setAtIndex(ValueLayout.JAVA_FLOAT, i, 0x1p100f);
                floats.setAtIndex(ValueLayout.JAVA_FLOAT, i, Float.MIN_VALUE);
                halves.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) 1);
            }
            assertEquals(dimension * 0x1p-49f, kernels.score(Kernel.DOT_F32, query, floats, dimension));
            assertEquals(dimension * 0x1p76f, kernels.score(Kernel.DOT_F16, query, halves, dimension));
            assertEquals(Float.MIN_VALUE * dimension, sumOf(kernels, arena, floats, dimension));
        }
    }

    @ParameterizedTest
    @EnumSource
    void sumsTheLargestLevelsWithoutSaturation(KernelLevel level) {
        Kernels kernels = KernelsContract.require(level);
        int dimension = Kernel.LARGEST_QDOT_DIMENSION;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment query = arena.allocate(dimension);
            MemorySegment levels = arena.allocate(dimension);
            MemorySegment row = arena.allocate(dimension);
            for (int bits = 1; bits <= 8; bits++) {
                Kernel kernel = Kernel.dotLevels(bits).withInt8Query();
                int largest = (1 << bits) - 1;
                levels.fill((byte) largest);
                kernels.packLevels(bits, levels, 1, dimension, row, dimension, 0);
                for (int q : new int[] {-128, 127}) {
                    query.fill((byte) q);
                    assertEquals(
                            (float) ((long) dimension * q * largest), kernels.score(kernel, query, row, dimension));
                }
            }
        }
    }

    private static float sumOf(Kernels kernels, Arena arena, MemorySegment floats, int dimension) {
        MemorySegment ones = arena.allocate(4L * dimension);
        for (int i = 0; i < dimension; i++) {
            ones.setAtIndex(ValueLayout.JAVA_FLOAT, i, 1);
        }
        return kernels.score(Kernel.DOT_F32, ones, floats, dimension);
    }

    private static void placeEverywhere(Kernels kernels, Kernel kernel, boolean inQuery) {
        SplittableRandom random = new SplittableRandom(KernelsContract.SEED);
        for (int dimension : DIMENSIONS) {
            for (int position = 0; position < dimension; position++) {
                for (float extreme : EXTREMES) {
                    try (Arena arena = Arena.ofConfined()) {
                        Operands o = Operands.random(arena, random, kernel, dimension, 3, 5, 1, 2);
                        if (inQuery) {
                            o.query(1).set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * position, extreme);
                        } else {
                            Operands.setElement(kernel, o.row(1), dimension, position, extreme);
                            Operands.setElement(kernel, o.row(4), dimension, position, extreme);
                        }
                        compareBatch(kernels, o);
                    }
                }
            }
        }
    }

    private static void compareBatch(Kernels kernels, Operands o) {
        kernels.scoreBatch(
                o.kernel(), o.queries(), o.queryCount(), o.rows(), o.stride(), o.count(), o.dimension(), o.scores());
        for (int q = 0; q < o.queryCount(); q++) {
            for (int r = 0; r < o.count(); r++) {
                Oracle oracle = Oracle.score(o.kernel(), o.query(q), o.row(r), o.dimension());
                float score = o.score((long) q * o.count() + r);
                assertTrue(
                        oracle.allows(score, o.dimension()),
                        () -> kernels.level() + " scored " + score + ", expected " + oracle + ", seed "
                                + KernelsContract.SEED + ": " + o);
            }
        }
    }
}
