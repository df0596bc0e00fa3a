package io.vecino.index.graph;

import io.vecino.kernels.GraphRefinement;
import io.vecino.model.QuantizerSpec;
import io.vecino.quantization.Quantizer;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Refine codes of the rows of a graph being built, in the order in which they came; nothing if the pipeline has none. */
final class RefineRows implements AutoCloseable {
    private static final int CHUNK_ROWS = 4096;

    private final Optional<Quantizer> quantizer;
    private final int elementBytes;
    private final NativeMemory memory;
    private final List<NativeMemory.Block> chunks = new ArrayList<>();
    private int size;

    RefineRows(TrainedPipeline pipeline, NativeMemory memory) {
        this.quantizer = pipeline.refine();
        this.elementBytes = pipeline.pipeline()
                        .refine()
                        .filter(spec -> spec.method() == QuantizerSpec.Method.F16)
                        .isPresent()
                ? Short.BYTES
                : Float.BYTES;
        this.memory = memory;
    }

    int dimension() {
        return quantizer.map(Quantizer::dimension).orElse(0);
    }

    int elementBytes() {
        return elementBytes;
    }

    private long codeBytes() {
        return (long) dimension() * elementBytes;
    }

    void add(Rows rows) {
        if (quantizer.isEmpty()) {
            return;
        }
        try (Scratch scratch = new Scratch()) {
            MemorySegment codes = scratch.bytes(rows.count() * codeBytes());
            quantizer.get().encode(rows.segment(), rows.count(), codes);
            for (int i = 0; i < rows.count(); i++, size++) {
                if (size % CHUNK_ROWS == 0) {
                    chunks.add(memory.allocate(CHUNK_ROWS * codeBytes(), "refine codes of a graph being built"));
                }
                MemorySegment.copy(
                        codes,
                        i * codeBytes(),
                        chunks.getLast().segment(),
                        size % CHUNK_ROWS * codeBytes(),
                        codeBytes());
            }
        }
    }

    /** Writes the code of one row to where the graph wants it. */
    void write(int ordinal, MemorySegment out, int vertex) {
        MemorySegment.copy(
                chunks.get(ordinal / CHUNK_ROWS).segment(),
                ordinal % CHUNK_ROWS * codeBytes(),
                out,
                vertex * GraphRefinement.rowBytes(dimension(), elementBytes),
                codeBytes());
    }

    @Override
    public void close() {
        chunks.forEach(NativeMemory.Block::close);
        chunks.clear();
    }
}
