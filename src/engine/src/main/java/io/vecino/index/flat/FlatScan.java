package io.vecino.index.flat;

import io.vecino.index.OrdinalFilter;
import io.vecino.index.TopK;
import io.vecino.quantization.QueryScorer;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import io.vecino.transform.Transform;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;

/** One pass of a few queries over a range of ordinals, on the calling thread. */
final class FlatScan {
    /** Scores of a block stay in the first-level cache; the codes of a block are read once for all queries. */
    private static final int SCORES = 4096;

    private static final int MOST_ROWS = 1024;

    private final FlatCodes codes;
    private final boolean biased;
    private final int queryCount;
    private final QueryScorer scorer;
    private final MemorySegment scores;
    private final int blockRows;
    private final TopK[] best;

    FlatScan(FlatCodes codes, Rows queries, int k, Scratch scratch) {
        Transform transform = codes.pipeline().transform();
        this.codes = codes;
        this.biased = transform.biased();
        this.queryCount = queries.count();
        int dimension = transform.outputDimension();
        Rows images = new Rows(scratch.floats((long) queryCount * dimension), queryCount, dimension);
        for (int q = 0; q < queryCount; q++) {
            transform.query(queries.row(q), images.row(q));
        }
        this.scorer = codes.pipeline().quantizer().scorer(images.segment(), queryCount, scratch);
        this.blockRows = Math.clamp(SCORES / queryCount, 32, MOST_ROWS);
        this.scores = scratch.floats((long) queryCount * blockRows);
        this.best = IntStream.range(0, queryCount).mapToObj(_ -> new TopK(k)).toArray(TopK[]::new);
    }

    /** The best accepted ordinals of {@code from} to {@code to} − 1, per query. */
    TopK[] run(int from, int to, OrdinalFilter filter) {
        int first = from;
        while (first < to) {
            int count = codes.run(first, Math.min(blockRows, to - first));
            scorer.score(codes.codes(first, count), count, scores);
            MemorySegment biases = codes.biases(first, count);
            for (int q = 0; q < queryCount; q++) {
                keep(best[q], (long) q * count, first, count, biases, filter);
            }
            first += count;
        }
        return best;
    }

    private void keep(TopK top, long offset, int first, int count, MemorySegment biases, OrdinalFilter filter) {
        float threshold = top.threshold();
        for (int i = 0; i < count; i++) {
            float score = scores.getAtIndex(ValueLayout.JAVA_FLOAT, offset + i);
            if (biased) {
                score += biases.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            }
            if (score >= threshold && filter.accepts(first + i)) {
                top.offer(score, first + i);
                threshold = top.threshold();
            }
        }
    }
}
