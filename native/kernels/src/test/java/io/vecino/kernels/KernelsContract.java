package io.vecino.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every level promises: the scores of the float64 oracle, for every shape of call and every tail length. */
abstract class KernelsContract {

    static final long SEED = 20_260_117;
    static final int LARGEST_DIMENSION = 257;

    private final KernelLevel level;

    KernelsContract(KernelLevel level) {
        this.level = level;
    }

    /** The kernels of a level; the test is skipped, saying why, on a machine without it. */
    static Kernels require(KernelLevel level) {
        Assumptions.assumeTrue(
                Kernels.available().contains(level),
                () -> "this machine has no level " + level + ": available are " + Kernels.available() + ", "
                        + Kernels.loadFailure());
        return Kernels.at(level);
    }

    @BeforeEach
    void requireLevel() {
        require(level);
    }

    Kernels kernels() {
        return Kernels.at(level);
    }

    @ParameterizedTest
    @EnumSource
    void scoresEveryDimensionAsTheOracle(Kernel kernel) {
        compareAllShapes(kernel, 0, 0);
    }

    @ParameterizedTest
    @EnumSource
    void scoresMisalignedAndPaddedRowsAsTheOracle(Kernel kernel) {
        compareAllShapes(kernel, 1, 0);
        compareAllShapes(kernel, 3, 13);
    }

    // The number of rows and queries varies with the dimension, so that every tile remainder meets every tail.
    private void compareAllShapes(Kernel kernel, int shift, int padding) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int dimension = 1; dimension <= LARGEST_DIMENSION; dimension++) {
            int count = random.nextInt(0, 12);
            int queries = random.nextInt(1, 14);
            try (Arena arena = Arena.ofConfined()) {
                Operands o = Operands.random(arena, random, kernel, dimension, queries, count, shift, padding);
                compareRows(o);
                compareBatch(o);
                compareOrdinals(arena, random, o, shift);
            }
        }
    }

    private void compareRows(Operands o) {
        kernels().scoreRows(o.kernel(), o.query(0), o.rows(), o.stride(), o.count(), o.dimension(), o.scores());
        for (int r = 0; r < o.count(); r++) {
            assertMatches(o, 0, r, o.score(r));
            float single = kernels().score(o.kernel(), o.query(0), o.row(r), o.dimension());
            assertEquals(single, o.score(r), () -> "rows and single differ, seed " + SEED + ": " + o);
        }
    }

    private void compareBatch(Operands o) {
        kernels()
                .scoreBatch(
                        o.kernel(),
                        o.queries(),
                        o.queryCount(),
                        o.rows(),
                        o.stride(),
                        o.count(),
                        o.dimension(),
                        o.scores());
        for (int q = 0; q < o.queryCount(); q++) {
            for (int r = 0; r < o.count(); r++) {
                float batched = o.score((long) q * o.count() + r);
                assertMatches(o, q, r, batched);
                float single = kernels().score(o.kernel(), o.query(q), o.row(r), o.dimension());
                assertEquals(single, batched, () -> "batch and single differ, seed " + SEED + ": " + o);
            }
        }
    }

    private void compareOrdinals(Arena arena, SplittableRandom random, Operands o, int shift) {
        MemorySegment ordinals = Operands.allocate(arena, 4L * o.count(), shift);
        for (int i = 0; i < o.count(); i++) {
            ordinals.set(ValueLayout.JAVA_INT_UNALIGNED, 4L * i, random.nextInt(o.count()));
        }
        kernels()
                .scoreOrdinals(
                        o.kernel(), o.query(0), o.rows(), o.stride(), ordinals, o.count(), o.dimension(), o.scores());
        for (int i = 0; i < o.count(); i++) {
            int ordinal = ordinals.get(ValueLayout.JAVA_INT_UNALIGNED, 4L * i);
            assertMatches(o, 0, ordinal, o.score(i));
            float single = kernels().score(o.kernel(), o.query(0), o.row(ordinal), o.dimension());
            assertEquals(single, o.score(i), () -> "ordinals and single differ, seed " + SEED + ": " + o);
        }
    }

    private void assertMatches(Operands o, int query, int row, float score) {
        Oracle oracle = Oracle.score(o.kernel(), o.query(query), o.row(row), o.dimension());
        assertTrue(
                oracle.allows(score, o.dimension()),
                () -> level + " scored " + score + ", expected " + oracle + ", seed " + SEED + ": " + o);
    }
}
