package io.vecino.kernels;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every available level gives the scores of the Java kernels, on sizes that a collection has. */
final class LevelAgreementTest {

    private static final int[] DIMENSIONS = {384, 1000, 4099};

    @ParameterizedTest
    @EnumSource
    void allLevelsAgree(Kernel kernel) {
        List<KernelLevel> levels = Kernels.available();
        SplittableRandom random = new SplittableRandom(KernelsContract.SEED);
        for (int dimension : DIMENSIONS) {
            try (Arena arena = Arena.ofConfined()) {
                // Enough rows that a batch is cut into several cache blocks.
                Operands o = Operands.random(arena, random, kernel, dimension, 7, 100, 0, 4);
                for (KernelLevel level : levels) {
                    Kernels.at(level)
                            .scoreBatch(kernel, o.queries(), 7, o.rows(), o.stride(), o.count(), dimension, o.scores());
                    for (int i = 0; i < 7 * o.count(); i++) {
                        float score = o.score(i);
                        Oracle oracle = Oracle.score(kernel, o.query(i / o.count()), o.row(i % o.count()), dimension);
                        assertTrue(
                                oracle.allows(score, dimension),
                                () -> level + " scored " + score + ", expected " + oracle + ", seed "
                                        + KernelsContract.SEED);
                    }
                }
            }
        }
    }
}
