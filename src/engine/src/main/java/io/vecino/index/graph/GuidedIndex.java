package io.vecino.index.graph;

import io.vecino.index.OrdinalFilter;
import io.vecino.index.VectorIndex;
import io.vecino.index.flat.FlatIndex;
import io.vecino.model.SearchParams;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.selection.TopK;
import io.vecino.storage.CheckedFile;
import io.vecino.storage.CheckedFileWriter;
import io.vecino.storage.DamagedFileException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A lean graph that leads to candidates, and codes of any kind that score them. File: the graph, zeros up to a multiple of 64
 * bytes, the codes as a flat index has them, little-endian i64 bytes of the graph.
 */
public final class GuidedIndex implements VectorIndex {
    private static final int ALIGNMENT = 64;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final GraphIndex graph;
    private final FlatIndex codes;

    /** @param graph over the same rows as the codes; both are owned by this index from here on */
    GuidedIndex(GraphIndex graph, FlatIndex codes) {
        this.graph = graph;
        this.codes = codes;
    }

    /**
     * Opens what {@link #save} wrote.
     *
     * @param file owned by the index from here on, or closed if this fails
     * @throws DamagedFileException if it is no such index of this pipeline
     */
    public static GuidedIndex open(TrainedPipeline pipeline, CheckedFile file) throws DamagedFileException {
        MemorySegment body = file.body();
        long end = body.byteSize() - Long.BYTES;
        long graphBytes = end < 0 ? -1 : body.get(LONG, end);
        long start = padded(graphBytes);
        if (graphBytes < 0 || start < 0 || start > end) {
            file.close();
            throw new DamagedFileException(
                    file.path() + ": expected a graph and codes, got a graph of " + graphBytes + " bytes in " + end);
        }
        GraphIndex graph = GraphIndex.open(pipeline.transform(), body.asSlice(0, graphBytes), file);
        try {
            // The file is closed with the graph.
            FlatIndex codes = FlatIndex.open(pipeline, body.asSlice(start, end - start), file.path(), () -> {}, 1);
            if (codes.size() != graph.size()) {
                throw new DamagedFileException(
                        file.path() + ": expected codes of " + graph.size() + " points, got " + codes.size());
            }
            return new GuidedIndex(graph, codes);
        } catch (DamagedFileException e) {
            graph.close();
            throw e;
        }
    }

    private static long padded(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    @Override
    public int size() {
        return graph.size();
    }

    @Override
    public long bytes() {
        return graph.bytes() + codes.bytes();
    }

    /** Every vertex that the search settled on is scored by its code. */
    @Override
    public TopK.Hits search(float[] query, int k, OrdinalFilter filter, SearchParams params) {
        int candidates = Math.max(k, params.efSearch().orElse(GraphIndex.DEFAULT_EFFORT));
        return codes.score(
                query, graph.search(query, candidates, filter, params).ordinals(), k);
    }

    @Override
    public TopK.Hits scan(float[] query, int k, OrdinalFilter filter) {
        return codes.search(query, k, filter, SearchParams.DEFAULT);
    }

    @Override
    public void save(CheckedFileWriter file) {
        graph.save(file);
        file.write(ByteBuffer.allocate((int) (padded(graph.bytes()) - graph.bytes())));
        codes.save(file);
        ByteBuffer trailer = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.write(trailer.putLong(graph.bytes()).flip());
    }

    @Override
    public void close() {
        codes.close();
        graph.close();
    }
}
