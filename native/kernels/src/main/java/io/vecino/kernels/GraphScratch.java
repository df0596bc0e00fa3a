package io.vecino.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What searches of one graph need beside it, and the results of the last. For one thread at a time. */
public final class GraphScratch implements AutoCloseable {
    private static final long ALIGNMENT = 64;
    private static final int SPARE = 2 * GraphSpace.DEGREE + 64;
    private static final long MARKED_PER_ROOM = GraphSpace.DEGREE / 2;

    private final Graph graph;
    private Arena arena = Arena.ofShared();
    private long bytes;
    private int results;
    MemorySegment search = MemorySegment.NULL;
    MemorySegment query = MemorySegment.NULL;
    MemorySegment refinedQuery = MemorySegment.NULL;
    MemorySegment memory = MemorySegment.NULL;
    MemorySegment ordinals = MemorySegment.NULL;
    MemorySegment scores = MemorySegment.NULL;

    public GraphScratch(Graph graph) {
        this.graph = graph;
    }

    /** Native memory it occupies, in bytes. */
    public long bytes() {
        return bytes;
    }

    /** The ordinal of the i-th result, best first. */
    public int ordinal(int i) {
        return ordinals.getAtIndex(ValueLayout.JAVA_INT, i);
    }

    /** Its score. */
    public float score(int i) {
        return scores.getAtIndex(ValueLayout.JAVA_FLOAT, i);
    }

    /** How many results there are. */
    public int results() {
        return results;
    }

    void results(int count) {
        results = count;
    }

    Graph graph() {
        return graph;
    }

    void prepare(GraphSearch wanted, float[] vector, float[] original) {
        GraphSpace space = graph.space();
        GraphRefinement refinement = graph.refinement();
        elements("query", space.queryDimension(), vector);
        if (wanted.filtered()) {
            Arguments.holds(
                    "filter", wanted.filter().bits(), Math.ceilDiv((long) graph.count(), Long.SIZE) * Long.BYTES);
        }
        int kept = refinement.present() ? wanted.kept() : wanted.k();
        long needed = needed(space, wanted.room(), kept);
        if (needed > memory.byteSize() || (long) wanted.k() * Integer.BYTES > ordinals.byteSize()) {
            grow(Math.max(needed, 2 * memory.byteSize()), wanted.k());
        }
        GraphStructs.write(wanted, kept, refinedQuery, refinement.product(), search);
        MemorySegment.copy(vector, 0, query, ValueLayout.JAVA_FLOAT, 0, vector.length);
        if (refinement.present()) {
            elements("original query", refinement.queryDimension(), original);
            MemorySegment.copy(original, 0, refinedQuery, ValueLayout.JAVA_FLOAT, 0, original.length);
        }
    }

    private static void elements(String name, int expected, float[] vector) {
        if (vector.length != expected) {
            throw new IllegalArgumentException(name + ": expected " + expected + " elements, got " + vector.length);
        }
    }

    // As SearchScratch of graph_candidates.h lays it out.
    private long needed(GraphSpace space, int wantedRoom, int kept) {
        long seen = Math.ceilDiv((long) graph.count(), 512) * 64;
        long room = (long) wantedRoom + SPARE;
        boolean lean = space.layout() == GraphLayout.LEAN;
        long tables = lean ? space.dimension() : 4L * space.dimension() * space.bits();
        long marked = lean ? MARKED_PER_ROOM * room : room;
        return seen + 4L * space.dimension() + tables + 12 * room + 4 * marked + 8L * kept;
    }

    private void grow(long memoryBytes, int k) {
        arena.close();
        arena = Arena.ofShared();
        search = arena.allocate(GraphStructs.SEARCH_BYTES, ALIGNMENT);
        query = arena.allocate((long) graph.space().queryDimension() * Float.BYTES, ALIGNMENT);
        // Elements that pad it stay zero.
        refinedQuery = arena.allocate((long) graph.refinement().dimension() * Float.BYTES, ALIGNMENT);
        memory = arena.allocate(memoryBytes, ALIGNMENT);
        ordinals = arena.allocate((long) k * Integer.BYTES, ALIGNMENT);
        scores = arena.allocate((long) k * Float.BYTES, ALIGNMENT);
        bytes = memoryBytes
                + query.byteSize()
                + refinedQuery.byteSize()
                + 2 * ordinals.byteSize()
                + GraphStructs.SEARCH_BYTES;
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
