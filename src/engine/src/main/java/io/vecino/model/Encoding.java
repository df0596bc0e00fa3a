package io.vecino.model;

import java.util.Optional;

/**
 * A pipeline and the index over its codes.
 *
 * @param index must fit the pipeline
 */
public record Encoding(Pipeline pipeline, IndexSpec index) {
    // Up to here the vertices of graph:fast stay below 1.2 KB and it is the faster layout (docs/graph.md).
    private static final int SHORT = 128;
    private static final Pipeline HALVES = Pipeline.parse("none/f16");
    private static final Pipeline NIBBLES = Pipeline.parse("none/int4+refine:f16");
    private static final IndexSpec FLAT = new IndexSpec.Flat();
    private static final IndexSpec FAST = IndexSpec.parse("graph:fast");
    private static final IndexSpec LEAN = IndexSpec.parse("graph:lean");

    public Encoding {
        index.requireFits(pipeline);
    }

    /**
     * Completes what was asked for: a graph where no index is named and one fits the pipeline, else {@code flat}; the
     * pipeline an index works best with where none is named. With neither, {@code graph:fast} over {@code none/f16} up to
     * 128 dimensions, {@code graph:lean} over {@code none/int4+refine:f16} beyond.
     *
     * @throws EngineException.InvalidArgument if both are named and do not fit
     */
    public static Encoding of(int dimension, Optional<Pipeline> pipeline, Optional<IndexSpec> index) {
        if (pipeline.isPresent()) {
            return new Encoding(pipeline.get(), index.orElseGet(() -> indexFor(pipeline.get())));
        }
        IndexSpec chosen = index.orElse(dimension <= SHORT ? FAST : LEAN);
        return new Encoding(pipelineFor(chosen), chosen);
    }

    /** The same with what is named; what is not stays if it fits, else is chosen as {@link #of} does. */
    public Encoding with(Optional<Pipeline> other, Optional<IndexSpec> otherIndex) {
        if (other.isPresent() && otherIndex.isEmpty()) {
            return new Encoding(other.get(), suits(index, other.get()) ? index : indexFor(other.get()));
        }
        if (otherIndex.isPresent() && other.isEmpty()) {
            IndexSpec chosen = otherIndex.get();
            return new Encoding(chosen.fits(pipeline) ? pipeline : pipelineFor(chosen), chosen);
        }
        return new Encoding(other.orElse(pipeline), otherIndex.orElse(index));
    }

    private static IndexSpec indexFor(Pipeline pipeline) {
        if (FAST.fits(pipeline)) {
            return FAST;
        }
        return suits(LEAN, pipeline) ? LEAN : FLAT;
    }

    /** Whether an index is chosen unasked: a lean graph only if it holds the codes, since others lie beside it. */
    private static boolean suits(IndexSpec index, Pipeline pipeline) {
        return index.fits(pipeline)
                && !(index instanceof IndexSpec.Graph graph
                        && graph.layout() == IndexSpec.Graph.Layout.LEAN
                        && !graph.holdsCodes(pipeline));
    }

    private static Pipeline pipelineFor(IndexSpec index) {
        return switch (index) {
            case IndexSpec.Graph graph -> graph.layout() == IndexSpec.Graph.Layout.LEAN ? NIBBLES : HALVES;
            case IndexSpec.Flat _, IndexSpec.Faiss _ -> Pipeline.NONE;
        };
    }
}
