package io.vecino.kernels;

import java.lang.foreign.MemorySegment;

/**
 * Building and searching a proximity graph of float32 points by squared Euclidean distance. Points are linked over int8
 * codes, whose distances are exact, so a graph depends on the order of its points alone: not on threads, not on the
 * level. Segments are native; stateless and thread-safe.
 *
 * <p>Sources: Malkov and Yashunin, "HNSW" (2018), the choice of neighbours; Subramanya et al., "DiskANN" (2019), alpha;
 * Manohar et al., "ParlayANN" (2024), batches; Gou et al., "SymphonyQG" (2025), sign bits of neighbours inside a vertex.
 */
public sealed interface GraphKernels permits NativeGraphKernels, ScalarGraphKernels {

    /** The fastest that this machine can run. */
    static GraphKernels best() {
        return at(KernelRegistry.SYSTEM.best().level());
    }

    /**
     * Those of a level.
     *
     * @throws IllegalStateException if this machine cannot run it
     */
    static GraphKernels at(KernelLevel level) {
        return KernelRegistry.SYSTEM.graphsAt(level);
    }

    /** The instructions it is made of. */
    KernelLevel level();

    /**
     * Brings points into a space.
     *
     * @param points count × queryDimension float32
     * @param own count × {@link GraphSpace#ownBytes}
     * @param lengths count float32: squared lengths before centring
     */
    void rotate(GraphSpace space, MemorySegment points, int count, MemorySegment own, MemorySegment lengths);

    /**
     * What rotated points hold.
     *
     * @param largest magnitude of an element
     * @param squares sum of all squared elements
     */
    record Extent(float largest, float squares) {}

    /** Measures rotated points. */
    Extent extent(GraphSpace space, MemorySegment own, int count);

    /**
     * Codes points: elements times {@code factor}, rounded, clamped to ±127.
     *
     * @param codes count × dimension int8
     * @param norms count int32: sums of squared codes
     * @param sums count int32: sums of codes
     */
    void code(
            GraphSpace space,
            MemorySegment own,
            int count,
            float factor,
            MemorySegment codes,
            MemorySegment norms,
            MemorySegment sums);

    /**
     * Chooses neighbours for points that are not linked yet, among those that are. Only reads the graph, so many threads
     * may do it at a time.
     *
     * @param order int32 points; those in [first, first + size) are linked
     * @param forward size × {@link GraphSpace#DEGREE} int32
     * @param counts size int32: neighbours chosen
     * @param scratch of one thread, {@link GraphBuild#scratchBytes}
     * @param stop an int32 that ends the call soon after it becomes non-zero
     * @return whether it came to its end
     */
    boolean link(
            GraphBuild build,
            MemorySegment order,
            int first,
            int size,
            MemorySegment forward,
            MemorySegment counts,
            MemorySegment scratch,
            MemorySegment stop);

    /**
     * Enters what {@link #link} chose, and the ways back, for the points whose number is {@code part} modulo
     * {@code parts}; parts may be entered at a time.
     */
    void merge(
            GraphBuild build,
            MemorySegment order,
            int first,
            int size,
            MemorySegment forward,
            MemorySegment counts,
            int part,
            int parts,
            MemorySegment scratch);

    /**
     * The final neighbours of points [from, to): pruned, then filled up with the closest of those pruned and of the
     * neighbours' neighbours.
     *
     * @param out count × DEGREE int32, −1 where there are no more
     */
    void trim(GraphBuild build, int from, int to, MemorySegment out, MemorySegment scratch);

    /**
     * Writes the rows of points [from, to).
     *
     * @param own all points, in ordinal order
     * @param neighbours as {@link #trim} leaves them
     * @param vertices count int32: the vertex of each ordinal
     */
    void pack(Graph graph, MemorySegment own, MemorySegment neighbours, MemorySegment vertices, int from, int to);

    /**
     * Finds the best vertices; the results are in {@code scratch} until its next search. The graph must have been built
     * here or have passed {@link Graph#verify}. There may be fewer than k, where candidates crowd each other out or a
     * filter accepts few: {@link #scan} finds all.
     *
     * @param query in the space's {@code queryDimension}
     * @param original what refine codes are compared with; unused where there are none
     * @return whether it came to its end; if not there are no results
     */
    boolean search(GraphSearch search, float[] query, float[] original, GraphScratch scratch);

    /** As {@link #search}, over every vertex: exact up to the rounding of elements, in layout lean up to its codes. */
    boolean scan(GraphSearch search, float[] query, float[] original, GraphScratch scratch);
}
