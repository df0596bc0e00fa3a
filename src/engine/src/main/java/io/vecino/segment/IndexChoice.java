package io.vecino.segment;

import io.vecino.index.VectorIndex;
import io.vecino.index.VectorIndexBuilder;
import io.vecino.index.faiss.FaissFile;
import io.vecino.index.faiss.FaissIndexBuilder;
import io.vecino.index.flat.FlatIndex;
import io.vecino.index.flat.FlatIndexBuilder;
import io.vecino.index.graph.GraphIndex;
import io.vecino.index.graph.GraphIndexBuilder;
import io.vecino.index.graph.GuidedIndex;
import io.vecino.index.graph.GuidedIndexBuilder;
import io.vecino.model.IndexSpec;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.storage.CheckedFile;
import io.vecino.storage.DamagedFileException;
import io.vecino.storage.NativeMemory;

/** From the name of an index to its builder. */
public final class IndexChoice {
    private IndexChoice() {}

    /**
     * Opens what {@link VectorIndex#save} wrote.
     *
     * @param file owned by the index from here on, or closed if this fails
     * @param memory charged with what is not mapped
     * @throws DamagedFileException if it is no such index
     */
    public static VectorIndex open(
            IndexSpec spec, TrainedPipeline pipeline, CheckedFile file, NativeMemory memory, int threads)
            throws DamagedFileException {
        return switch (spec) {
            case IndexSpec.Flat() -> FlatIndex.open(pipeline, file, threads);
            case IndexSpec.Graph graph when guides(graph, pipeline) -> GuidedIndex.open(pipeline, file);
            case IndexSpec.Graph _ -> GraphIndex.open(pipeline.transform(), file);
            case IndexSpec.Faiss _ -> FaissFile.open(pipeline.transform(), file, memory, threads);
        };
    }

    private static boolean guides(IndexSpec.Graph graph, TrainedPipeline pipeline) {
        return graph.layout() == IndexSpec.Graph.Layout.LEAN && !graph.holdsCodes(pipeline.pipeline());
    }

    /**
     * A builder for a segment.
     *
     * @param rows how many rows to expect
     * @param memory charged with the index
     * @param threads that one search may use: a flat index for any, a FAISS index for batches
     */
    public static VectorIndexBuilder builder(
            IndexSpec spec, TrainedPipeline pipeline, int rows, NativeMemory memory, int threads) {
        return switch (spec) {
            case IndexSpec.Flat() -> new FlatIndexBuilder(pipeline, memory, rows, threads);
            case IndexSpec.Graph graph
            when guides(graph, pipeline) -> new GuidedIndexBuilder(graph, pipeline, memory, rows);
            case IndexSpec.Graph graph -> new GraphIndexBuilder(graph, pipeline, memory);
            case IndexSpec.Faiss(String factory) ->
                new FaissIndexBuilder(pipeline.transform(), factory, rows, memory, threads);
        };
    }
}
