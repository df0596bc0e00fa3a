package io.vecino.transform;

import io.vecino.kernels.Kernels;
import io.vecino.selection.TopK;
import io.vecino.storage.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The exact nearest rows of queries, by blocked scans of all rows with all cores. */
public final class ExactNeighbours {
    private static final int QUERY_BLOCK = 32;
    private static final int ROW_BLOCK = 1024;

    private ExactNeighbours() {}

    /**
     * The k best rows of each query, all of them if there are fewer.
     *
     * @param base rows as they are compared
     * @param queries likewise
     * @param biases one float32 per row of {@code base} to be added to its scores, or {@code NULL}
     */
    public static List<TopK.Hits> of(Rows base, MemorySegment biases, Rows queries, Similarity similarity, int k) {
        int blocks = (queries.count() + QUERY_BLOCK - 1) / QUERY_BLOCK;
        return IntStream.range(0, blocks)
                .parallel()
                .mapToObj(block -> {
                    int first = block * QUERY_BLOCK;
                    int count = Math.min(QUERY_BLOCK, queries.count() - first);
                    return ofBlock(base, biases, queries.slice(first, count), similarity, k);
                })
                .flatMap(List::stream)
                .toList();
    }

    private static List<TopK.Hits> ofBlock(
            Rows base, MemorySegment biases, Rows queries, Similarity similarity, int k) {
        Kernels kernels = Kernels.best();
        List<TopK> tops =
                Stream.generate(() -> new TopK(k)).limit(queries.count()).toList();
        float[] row = new float[ROW_BLOCK];
        float[] bias = new float[ROW_BLOCK];
        try (Scratch scratch = new Scratch()) {
            MemorySegment scores = scratch.floats((long) QUERY_BLOCK * ROW_BLOCK);
            for (int first = 0; first < base.count(); first += ROW_BLOCK) {
                Rows rows = base.slice(first, Math.min(ROW_BLOCK, base.count() - first));
                int count = rows.count();
                kernels.scoreBatch(
                        similarity.kernel(),
                        queries.segment(),
                        queries.count(),
                        rows.segment(),
                        (long) rows.dimension() * Float.BYTES,
                        count,
                        rows.dimension(),
                        scores);
                if (biases.byteSize() > 0) {
                    MemorySegment.copy(biases, ValueLayout.JAVA_FLOAT, (long) first * Float.BYTES, bias, 0, count);
                }
                for (int q = 0; q < queries.count(); q++) {
                    MemorySegment.copy(scores, ValueLayout.JAVA_FLOAT, (long) q * count * Float.BYTES, row, 0, count);
                    for (int i = 0; i < count; i++) {
                        row[i] = similarity.fromKernel(row[i]) + bias[i];
                    }
                    offer(tops.get(q), row, count, first);
                }
            }
        }
        return tops.stream().map(TopK::drain).toList();
    }

    private static void offer(TopK top, float[] scores, int count, int firstOrdinal) {
        for (int i = 0; i < count; i++) {
            if (scores[i] >= top.threshold()) {
                top.offer(scores[i], firstOrdinal + i);
            }
        }
    }
}
