package io.vecino.quantization;

import io.vecino.kernels.Kernels;
import io.vecino.storage.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Bounds the scores of a run by a cheap scorer; what reaches a bound is scored by an exact one. */
final class CoarseScan implements CodeScan {
    /** Terms of a score round differently in the two scorers. */
    private static final float ROUNDING = 1e-6f;

    private final Kernels kernels = Kernels.best();
    private final QueryScorer bounds;
    private final IntFunction<QueryScorer> exact;
    private final @Nullable QueryScorer[] exactScorers;
    private final int codeBytes;
    private final MemorySegment reached;
    private final MemorySegment gathered;
    private MemorySegment stored = MemorySegment.NULL;
    private int count;

    /**
     * @param bounds for all queries: never below the exact score
     * @param exact for one query
     */
    CoarseScan(
            QueryScorer bounds,
            IntFunction<QueryScorer> exact,
            int codeBytes,
            int queryCount,
            int mostCodes,
            Scratch scratch) {
        this.bounds = bounds;
        this.exact = exact;
        this.exactScorers = new QueryScorer[queryCount];
        this.codeBytes = codeBytes;
        this.reached = scratch.floats((long) queryCount * mostCodes);
        this.gathered = scratch.bytes((long) mostCodes * codeBytes);
    }

    @Override
    public void look(MemorySegment codes, int codeCount) {
        stored = codes;
        count = codeCount;
        bounds.score(codes, codeCount, reached);
    }

    @Override
    public int select(int query, float least, MemorySegment positions) {
        MemorySegment own = reached.asSlice((long) query * count * Float.BYTES, (long) count * Float.BYTES);
        return kernels.selectFloats(own, count, least - ROUNDING * Math.abs(least), positions);
    }

    @Override
    public void score(int query, MemorySegment positions, int selected, MemorySegment scores) {
        QueryScorer scorer = exactScorers[query];
        if (scorer == null) {
            scorer = exact.apply(query);
            exactScorers[query] = scorer;
        }
        for (int i = 0; i < selected; i++) {
            long from = (long) positions.getAtIndex(ValueLayout.JAVA_INT, i) * codeBytes;
            MemorySegment.copy(stored, from, gathered, (long) i * codeBytes, codeBytes);
        }
        scorer.score(gathered, selected, scores);
    }
}
