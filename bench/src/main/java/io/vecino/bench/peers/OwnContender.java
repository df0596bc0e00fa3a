package io.vecino.bench.peers;

import io.vecino.index.OrdinalFilter;
import io.vecino.index.VectorIndex;
import io.vecino.index.VectorIndexBuilder;
import io.vecino.model.IndexSpec;
import io.vecino.model.Pipeline;
import io.vecino.model.SearchParams;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.segment.IndexChoice;
import io.vecino.transform.Similarity;
import java.util.OptionalInt;

/** An index of this project, FAISS's through its preset among them. */
record OwnContender(VectorIndex index) implements Contender {
    private static final int BLOCK = 1024;
    private static final String FAST = "none/f16";
    private static final String LEAN = "none/int4+refine:f16";

    static OwnContender build(String name, Contest contest) {
        IndexSpec spec = IndexSpec.parse(name);
        String pipeline = name.equals("graph:lean") ? LEAN : name.startsWith("graph") ? FAST : "none/f32";
        TrainedPipeline trained =
                TrainedPipeline.train(Pipeline.parse(pipeline), contest.base(), Similarity.of(contest.metric()));
        int count = contest.base().count();
        try (VectorIndexBuilder builder =
                IndexChoice.builder(spec, trained, count, contest.memory(), contest.threads())) {
            for (int first = 0; first < count; first += BLOCK) {
                builder.add(contest.base().slice(first, Math.min(BLOCK, count - first)));
            }
            return new OwnContender(builder.build());
        }
    }

    @Override
    public int[] search(float[] query, int k, int effort) {
        SearchParams params = new SearchParams(OptionalInt.of(effort), OptionalInt.empty(), 1, false);
        return index.search(query, k, OrdinalFilter.ALL, params).ordinals();
    }

    @Override
    public double bytesPerVector() {
        return (double) index.bytes() / index.size();
    }

    @Override
    public void close() {
        index.close();
    }
}
