package io.vecino.quantization;

import io.vecino.kernels.Kernel;
import io.vecino.kernels.Kernels;
import java.lang.foreign.MemorySegment;

/** One kernel call for one query or many. */
final class BlockScores {
    private BlockScores() {}

    /** Writes the kernel's value of query q and row i to q · count + i. */
    static void write(
            Kernels kernels,
            Kernel kernel,
            MemorySegment queries,
            int queryCount,
            MemorySegment rows,
            long stride,
            int count,
            int dimension,
            MemorySegment scores) {
        if (queryCount == 1) {
            kernels.scoreRows(kernel, queries, rows, stride, count, dimension, scores);
        } else {
            kernels.scoreBatch(kernel, queries, queryCount, rows, stride, count, dimension, scores);
        }
    }
}
