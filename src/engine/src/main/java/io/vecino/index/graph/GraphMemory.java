package io.vecino.index.graph;

import io.vecino.kernels.Graph;
import io.vecino.kernels.GraphSpace;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The bytes of a graph index, the same in memory and in a file, little-endian, each part at a multiple of 64 bytes: header
 * (i32 version, points, elements of a query, dimension, bytes of an element, bits of a code), centre, signs, ordinals, biases, rows.
 *
 * @param count points
 * @param queryDimension elements of a query
 * @param elementBytes 4 or 2
 * @param bits of a neighbour's code per dimension
 */
record GraphMemory(int count, int queryDimension, int elementBytes, int bits) {
    private static final int VERSION = 1;
    private static final int HEADER = 64;
    private static final int ALIGNMENT = 64;
    // Up to these dimensions more bits find more in the same time (docs/graph.md).
    private static final int FOUR_BITS_UP_TO = 32;
    private static final int TWO_BITS_UP_TO = 128;

    static GraphMemory of(int count, int queryDimension, int elementBytes) {
        int dimension = GraphSpace.padded(queryDimension);
        int bits = dimension <= FOUR_BITS_UP_TO ? 4 : dimension <= TWO_BITS_UP_TO ? 2 : 1;
        return new GraphMemory(count, queryDimension, elementBytes, bits);
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
        boolean fits = count >= 1
                && queryDimension >= 1
                && queryDimension <= GraphSpace.LARGEST_DIMENSION
                && (elementBytes == Float.BYTES || elementBytes == Short.BYTES)
                && (bits == 1 || bits == 2 || bits == 4);
        if (!fits) {
            throw new IllegalArgumentException("graph: expected at least 1 point, 1 to " + GraphSpace.LARGEST_DIMENSION
                    + " elements of 2 or 4 bytes, 1, 2 or 4 bits, got " + count + ", " + queryDimension + ", "
                    + elementBytes + ", " + bits);
        }
        GraphMemory memory = new GraphMemory(count, queryDimension, elementBytes, bits);
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
        int[] fields = {VERSION, count, queryDimension, dimension(), elementBytes, bits};
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

    private long biasesAt() {
        return ordinalsAt() + aligned((long) count * Integer.BYTES);
    }

    private long rowsAt() {
        return biasesAt() + aligned((long) count * Float.BYTES);
    }

    long bytes() {
        return rowsAt() + count * GraphSpace.rowBytes(dimension(), elementBytes, bits);
    }

    GraphSpace space(MemorySegment bytes) {
        return new GraphSpace(
                queryDimension,
                dimension(),
                elementBytes,
                bits,
                bytes.asSlice(HEADER, (long) dimension() * Float.BYTES),
                bytes.asSlice(signsAt(), (long) GraphSpace.ROUNDS * dimension() * Integer.BYTES));
    }

    MemorySegment ordinals(MemorySegment bytes) {
        return bytes.asSlice(ordinalsAt(), (long) count * Integer.BYTES);
    }

    MemorySegment biases(MemorySegment bytes) {
        return bytes.asSlice(biasesAt(), (long) count * Float.BYTES);
    }

    Graph graph(MemorySegment bytes, Arena arena) {
        GraphSpace space = space(bytes);
        return new Graph(
                space, count, bytes.asSlice(rowsAt(), count * space.rowBytes()), ordinals(bytes), biases(bytes), arena);
    }
}
