package io.vecino.index.flat;

import io.vecino.index.OrdinalFilter;
import io.vecino.index.TopK;
import io.vecino.index.VectorIndex;
import io.vecino.model.SearchParams;
import io.vecino.quantization.QueryScorer;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Scores every code of a segment. */
public final class FlatIndex implements VectorIndex {
    private static final int BLOCK = 1024;

    private final TrainedPipeline pipeline;
    private final List<NativeMemory.Block> chunks;
    private final int chunkRows;
    private final int size;

    FlatIndex(TrainedPipeline pipeline, List<NativeMemory.Block> chunks, int chunkRows, int size) {
        this.pipeline = pipeline;
        this.chunks = List.copyOf(chunks);
        this.chunkRows = chunkRows;
        this.size = size;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long bytes() {
        return chunks.stream().mapToLong(NativeMemory.Block::bytes).sum();
    }

    @Override
    public TopK.Hits search(float[] query, int k, OrdinalFilter filter, SearchParams params) {
        if (size == 0) {
            return new TopK(1).drain();
        }
        TopK best = new TopK(Math.min(k, size));
        try (Scratch scratch = new Scratch()) {
            MemorySegment reduced = scratch.floats((long) pipeline.transform().outputDimension());
            pipeline.transform().query(scratch.floats(query), reduced);
            QueryScorer scorer =
                    pipeline.quantizer().scorer(reduced, pipeline.transform().similarity());
            MemorySegment scores = scratch.floats((long) BLOCK);
            int first = 0;
            while (first < size) {
                int count = Math.min(BLOCK, Math.min(size, nextChunk(first)) - first);
                scan(scorer, first, count, scores, filter, best);
                first += count;
            }
        }
        return best.drain();
    }

    private int nextChunk(int row) {
        return Math.toIntExact(Math.min(Integer.MAX_VALUE, (row / chunkRows + 1L) * chunkRows));
    }

    private void scan(QueryScorer scorer, int first, int count, MemorySegment scores, OrdinalFilter filter, TopK best) {
        FlatChunk chunk = new FlatChunk(chunks.get(first / chunkRows).segment(), pipeline, chunkRows);
        int row = first % chunkRows;
        scorer.score(chunk.codes(row, count), count, scores);
        MemorySegment biases = chunk.biases(row, count);
        boolean biased = pipeline.transform().biased();
        for (int i = 0; i < count; i++) {
            float score = scores.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            if (biased) {
                score += biases.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            }
            if (score >= best.threshold() && filter.accepts(first + i)) {
                best.offer(score, first + i);
            }
        }
    }

    @Override
    public void close() {
        chunks.forEach(NativeMemory.Block::close);
    }
}
