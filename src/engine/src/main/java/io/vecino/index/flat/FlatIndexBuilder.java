package io.vecino.index.flat;

import io.vecino.index.VectorIndexBuilder;
import io.vecino.quantization.Quantizer;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Encodes rows into chunks of native memory. */
public final class FlatIndexBuilder implements VectorIndexBuilder {
    private final TrainedPipeline pipeline;
    private final NativeMemory memory;
    private final int chunkRows;
    private final int threads;
    private final List<NativeMemory.Block> chunks = new ArrayList<>();
    private int size;

    /** @param chunkRows rows per allocation: the expected size of the index, or a bound on what is allocated ahead */
    public FlatIndexBuilder(TrainedPipeline pipeline, NativeMemory memory, int chunkRows) {
        this(pipeline, memory, chunkRows, 1);
    }

    /** @param threads that share one search, at least 1; filters are then called from all of them */
    public FlatIndexBuilder(TrainedPipeline pipeline, NativeMemory memory, int chunkRows, int threads) {
        this.pipeline = pipeline;
        this.memory = memory;
        this.chunkRows = FlatChunk.wholeBlocks(pipeline, Math.max(1, chunkRows));
        this.threads = Math.max(1, threads);
    }

    @Override
    public void add(Rows rows) {
        for (int first = 0; first < rows.count(); ) {
            int row = size % chunkRows;
            if (row == 0) {
                chunks.add(memory.allocate(FlatChunk.bytes(pipeline, chunkRows), "codes"));
            }
            int count = Math.min(rows.count() - first, chunkRows - row);
            encode(rows.slice(first, count), row);
            size += count;
            first += count;
        }
    }

    private void encode(Rows rows, int row) {
        FlatChunk chunk = new FlatChunk(chunks.getLast().segment(), pipeline, chunkRows);
        try (Scratch scratch = new Scratch()) {
            MemorySegment reduced =
                    scratch.floats((long) rows.count() * pipeline.transform().outputDimension());
            pipeline.transform().points(rows.segment(), rows.count(), reduced, chunk.biases(row, rows.count()));
            append(pipeline.quantizer(), reduced, rows.count(), chunk.codes(), row, scratch);
            pipeline.refine()
                    .ifPresent(refine ->
                            append(refine, rows.segment(), rows.count(), chunk.refineCodes(refine), row, scratch));
        }
    }

    private static void append(
            Quantizer quantizer, MemorySegment rows, int count, MemorySegment stored, int row, Scratch scratch) {
        MemorySegment codes = scratch.bytes((long) count * quantizer.bytesPerVector());
        quantizer.encode(rows, count, codes);
        quantizer.storage().append(codes, count, stored, row);
    }

    @Override
    public FlatIndex build() {
        List<NativeMemory.Block> blocks = List.copyOf(chunks);
        FlatIndex index = new FlatIndex(
                new FlatCodes(
                        pipeline,
                        blocks.stream().map(NativeMemory.Block::segment).toList(),
                        chunkRows,
                        size,
                        () -> blocks.forEach(NativeMemory.Block::close)),
                threads);
        chunks.clear();
        size = 0;
        return index;
    }

    @Override
    public void close() {
        chunks.forEach(NativeMemory.Block::close);
        chunks.clear();
    }
}
