package io.vecino.index.graph;

import io.vecino.kernels.Graph;
import io.vecino.kernels.GraphLayout;
import io.vecino.kernels.GraphRefinement;
import io.vecino.kernels.GraphSpace;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The bytes of a graph index, the same in memory and in a file, little-endian, each part at a multiple of 64 bytes: header
 * (i32 version, points, elements of a query, dimension, bytes of an element, bits of a code, layout, elements of a refine
 * code, bytes of its elements), centre, signs, ordinals of vertices, vertices of ordinals, biases, rows, refine codes.
 *
 * @param count points
 * @param queryDimension elements of a query
 * @param elementBytes 4 or 2
 * @param bits of a code per dimension
 * @param refinedDimension elements of a refine code, 0 if there are none
 * @param refinedBytes 4 or 2
 */
record GraphMemory(
        int count,
        int queryDimension,
        int elementBytes,
        int bits,
        GraphLayout layout,
        int refinedDimension,
        int refinedBytes) {
    private static final int VERSION = 2;
    private static final int LEAN_BITS = 4;
    private static final int HEADER = 64;
    private static final int ALIGNMENT = 64;
    // Up to these dimensions more bits find more in the same time (docs/graph.md).
    private static final int FOUR_BITS_UP_TO = 32;
    private static final int TWO_BITS_UP_TO = 128;

    static GraphMemory fast(int count, int queryDimension, int elementBytes) {
        int dimension = GraphSpace.padded(queryDimension);
        int bits = dimension <= FOUR_BITS_UP_TO ? 4 : dimension <= TWO_BITS_UP_TO ? 2 : 1;
        return new GraphMemory(count, queryDimension, elementBytes, bits, GraphLayout.FAST, 0, Float.BYTES);
    }

    static GraphMemory lean(int count, int queryDimension, RefineRows refine) {
        return new GraphMemory(
                count,
                queryDimension,
                Short.BYTES,
                LEAN_BITS,
                GraphLayout.LEAN,
                refine.dimension(),
                refine.elementBytes());
    }

    /** @throws IllegalArgumentException naming the field, if the bytes are no graph */
    static GraphMemory read(MemorySegment bytes) {
        if (bytes.byteSize() < HEADER) {
            throw new IllegalArgumentException("graph: expected a header of 64 bytes, got " + bytes.byteSize());
        }
        expect("version", VERSION, field(bytes, 0));
        int count = field(bytes, 1);
        int queryDimension = field(bytes, 2);
        int elementBytes = field(bytes, 4);
        int bits = field(bytes, 5);
        GraphLayout layout = switch (field(bytes, 6)) {
            case 0 -> GraphLayout.FAST;
            case 1 -> GraphLayout.LEAN;
            default -> throw new IllegalArgumentException("graph, layout: expected 0 or 1, got " + field(bytes, 6));
        };
        int refinedDimension = field(bytes, 7);
        int refinedBytes = field(bytes, 8);
        boolean fits = count >= 1
                && queryDimension >= 1
                && queryDimension <= GraphSpace.LARGEST_DIMENSION
                && (elementBytes == Float.BYTES || elementBytes == Short.BYTES)
                && (layout == GraphLayout.LEAN ? bits == LEAN_BITS : bits == 1 || bits == 2 || bits == 4);
        if (!fits) {
            throw new IllegalArgumentException("graph: expected at least 1 point, 1 to " + GraphSpace.LARGEST_DIMENSION
                    + " elements of 2 or 4 bytes, 1, 2 or 4 bits, got " + count + ", " + queryDimension + ", "
                    + elementBytes + ", " + bits);
        }
        boolean refineFits = refinedDimension >= 0
                && refinedDimension <= (layout == GraphLayout.LEAN ? GraphSpace.LARGEST_DIMENSION : 0)
                && (refinedBytes == Float.BYTES || refinedBytes == Short.BYTES);
        if (!refineFits) {
            throw new IllegalArgumentException("graph, refine codes: expected up to " + GraphSpace.LARGEST_DIMENSION
                    + " elements of 2 or 4 bytes in layout lean, got " + refinedDimension + " of " + refinedBytes);
        }
        GraphMemory memory =
                new GraphMemory(count, queryDimension, elementBytes, bits, layout, refinedDimension, refinedBytes);
        expect("dimension", memory.dimension(), field(bytes, 3));
        if (bytes.byteSize() != memory.bytes()) {
            throw new IllegalArgumentException("graph: expected " + memory.bytes() + " bytes, got " + bytes.byteSize());
        }
        return memory;
    }

    private static int field(MemorySegment bytes, int index) {
        return bytes.get(ValueLayout.JAVA_INT, (long) index * Integer.BYTES);
    }

    private static void expect(String field, int expected, int got) {
        if (expected != got) {
            throw new IllegalArgumentException("graph, " + field + ": expected " + expected + ", got " + got);
        }
    }

    void writeHeader(MemorySegment bytes) {
        int[] fields = {
            VERSION,
            count,
            queryDimension,
            dimension(),
            elementBytes,
            bits,
            layout.number(),
            refinedDimension,
            refinedBytes
        };
        MemorySegment.copy(fields, 0, bytes, ValueLayout.JAVA_INT, 0, fields.length);
    }

    int dimension() {
        return GraphSpace.padded(queryDimension);
    }

    private static long aligned(long bytes) {
        return Math.ceilDiv(bytes, (long) ALIGNMENT) * ALIGNMENT;
    }

    private long signsAt() {
        return HEADER + aligned((long) dimension() * Float.BYTES);
    }

    private long ordinalsAt() {
        return signsAt() + aligned((long) GraphSpace.ROUNDS * dimension() * Integer.BYTES);
    }

    private long verticesAt() {
        return ordinalsAt() + aligned((long) count * Integer.BYTES);
    }

    private long biasesAt() {
        return verticesAt() + aligned((long) count * Integer.BYTES);
    }

    private long rowsAt() {
        return biasesAt() + aligned((long) count * Float.BYTES);
    }

    private long rowsBytes() {
        return count * GraphSpace.rowBytes(layout, dimension(), elementBytes, bits);
    }

    private long refinedBytesAll() {
        return count * GraphRefinement.rowBytes(refinedDimension, refinedBytes);
    }

    /** Bytes before the refine codes. */
    long residentBytes() {
        return rowsAt() + (refinedDimension == 0 ? rowsBytes() : aligned(rowsBytes()));
    }

    long bytes() {
        return residentBytes() + refinedBytesAll();
    }

    GraphSpace space(MemorySegment bytes) {
        return new GraphSpace(
                queryDimension,
                dimension(),
                elementBytes,
                bits,
                layout,
                bytes.asSlice(HEADER, (long) dimension() * Float.BYTES),
                bytes.asSlice(signsAt(), (long) GraphSpace.ROUNDS * dimension() * Integer.BYTES));
    }

    MemorySegment ordinals(MemorySegment bytes) {
        return bytes.asSlice(ordinalsAt(), (long) count * Integer.BYTES);
    }

    MemorySegment vertices(MemorySegment bytes) {
        return bytes.asSlice(verticesAt(), (long) count * Integer.BYTES);
    }

    /** Refine codes in the order of vertices. */
    MemorySegment refined(MemorySegment bytes) {
        return bytes.asSlice(residentBytes(), refinedBytesAll());
    }

    MemorySegment biases(MemorySegment bytes) {
        return bytes.asSlice(biasesAt(), (long) count * Float.BYTES);
    }

    /** @param product whether refine codes are compared by inner product */
    Graph graph(MemorySegment bytes, boolean product, Arena arena) {
        return new Graph(
                space(bytes),
                count,
                bytes.asSlice(rowsAt(), rowsBytes()),
                ordinals(bytes),
                vertices(bytes),
                biases(bytes),
                refinedDimension == 0
                        ? GraphRefinement.NONE
                        : new GraphRefinement(refined(bytes), refinedDimension, refinedBytes, product),
                arena);
    }
}
