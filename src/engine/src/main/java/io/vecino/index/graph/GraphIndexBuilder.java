package io.vecino.index.graph;

import io.vecino.index.PlainSpace;
import io.vecino.index.VectorIndexBuilder;
import io.vecino.model.IndexSpec;
import io.vecino.model.QuantizerSpec;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.Rows;
import java.util.ArrayList;
import java.util.List;

/** Collects transformed rows, then links them. */
public final class GraphIndexBuilder implements VectorIndexBuilder {
    private static final int CHUNK_ROWS = 4096;

    private final PlainSpace space;
    private final int elementBytes;
    private final IndexSpec.Graph spec;
    private final NativeMemory memory;
    private final List<NativeMemory.Block> chunks = new ArrayList<>();
    private final RefineRows refine;
    private int size;

    /**
     * @param pipeline whose quantizer, {@code f32} or {@code f16}, is what a vertex of layout fast holds of its own vector;
     *     with layout lean its refine codes, {@code f32} or {@code f16}, are what results are scored by
     */
    public GraphIndexBuilder(IndexSpec.Graph spec, TrainedPipeline pipeline, NativeMemory memory) {
        this.spec = spec;
        this.space = new PlainSpace(pipeline.transform());
        this.elementBytes = pipeline.pipeline().quantizer().equals(QuantizerSpec.F32) ? Float.BYTES : Short.BYTES;
        this.memory = memory;
        this.refine = new RefineRows(pipeline, memory);
    }

    @Override
    public void add(Rows rows) {
        refine.add(rows);
        for (int first = 0; first < rows.count(); ) {
            int at = size % CHUNK_ROWS;
            if (at == 0) {
                chunks.add(memory.allocate(
                        (long) CHUNK_ROWS * space.dimension() * Float.BYTES, "rows of a graph being built"));
            }
            int count = Math.min(rows.count() - first, CHUNK_ROWS - at);
            long rowBytes = (long) space.dimension() * Float.BYTES;
            space.points(rows.slice(first, count), chunks.getLast().segment().asSlice(at * rowBytes, count * rowBytes));
            size += count;
            first += count;
        }
    }

    @Override
    public GraphIndex build() {
        if (size == 0) {
            throw new IllegalStateException("a graph needs at least one row");
        }
        try (GraphRows rows = new GraphRows(chunks, size, space.dimension(), space.similarity())) {
            chunks.clear();
            GraphMemory layout = spec.layout() == IndexSpec.Graph.Layout.LEAN
                    ? GraphMemory.lean(rows.count(), rows.dimension(), refine)
                    : GraphMemory.fast(rows.count(), rows.dimension(), elementBytes);
            return new GraphConstruction(rows, refine, space, layout, spec, memory).build();
        } finally {
            refine.close();
            size = 0;
        }
    }

    @Override
    public void close() {
        chunks.forEach(NativeMemory.Block::close);
        chunks.clear();
        refine.close();
    }
}
