package io.vecino.index.graph;

import io.vecino.index.VectorIndex;
import io.vecino.index.VectorIndexBuilder;
import io.vecino.index.flat.FlatIndexBuilder;
import io.vecino.model.IndexSpec;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.Rows;
import java.util.Optional;

/** Encodes rows, and links them by a lean graph. */
public final class GuidedIndexBuilder implements VectorIndexBuilder {
    private final GraphIndexBuilder graph;
    private final FlatIndexBuilder codes;

    /** @param rows how many to expect */
    public GuidedIndexBuilder(IndexSpec.Graph spec, TrainedPipeline pipeline, NativeMemory memory, int rows) {
        TrainedPipeline plain =
                new TrainedPipeline(pipeline.pipeline(), pipeline.transform(), pipeline.quantizer(), Optional.empty());
        this.graph = new GraphIndexBuilder(spec, plain, memory);
        this.codes = new FlatIndexBuilder(pipeline, memory, rows);
    }

    @Override
    public void add(Rows rows) {
        graph.add(rows);
        codes.add(rows);
    }

    @Override
    public VectorIndex build() {
        GraphIndex linked = graph.build();
        return new GuidedIndex(linked, codes.build());
    }

    @Override
    public void close() {
        graph.close();
        codes.close();
    }
}
