package io.vecino.quantization;

import io.vecino.kernels.Kernels;
import io.vecino.storage.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Scores every code of a run. */
final class ExactScan implements CodeScan {
    private final Kernels kernels = Kernels.best();
    private final QueryScorer scorer;
    private final MemorySegment scores;
    private int count;

    ExactScan(QueryScorer scorer, int queryCount, int mostCodes, Scratch scratch) {
        this.scorer = scorer;
        this.scores = scratch.floats((long) queryCount * mostCodes);
    }

    @Override
    public void look(MemorySegment stored, int codeCount) {
        count = codeCount;
        scorer.score(stored, codeCount, scores);
    }

    private MemorySegment scores(int query) {
        return scores.asSlice((long) query * count * Float.BYTES, (long) count * Float.BYTES);
    }

    @Override
    public int select(int query, float least, MemorySegment positions) {
        return kernels.selectFloats(scores(query), count, least, positions);
    }

    @Override
    public void score(int query, MemorySegment positions, int selected, MemorySegment to) {
        MemorySegment own = scores(query);
        for (int i = 0; i < selected; i++) {
            int position = positions.getAtIndex(ValueLayout.JAVA_INT, i);
            to.setAtIndex(ValueLayout.JAVA_FLOAT, i, own.getAtIndex(ValueLayout.JAVA_FLOAT, position));
        }
    }
}
