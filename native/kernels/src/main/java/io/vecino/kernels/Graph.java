package io.vecino.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A graph to be packed or searched. Its memory belongs to the caller, who keeps it alive. */
public final class Graph {
    private final GraphSpace space;
    private final int count;
    private final MemorySegment rows;
    private final MemorySegment ordinals;
    private final MemorySegment vertices;
    private final MemorySegment biases;
    private final GraphRefinement refinement;
    private final MemorySegment descriptor;

    /**
     * Describes memory; {@link #verify} checks what it holds.
     *
     * @param rows count × {@link GraphSpace#rowBytes}, aligned to 64 bytes
     * @param ordinals count int32: the ordinal of each vertex
     * @param vertices count int32: the vertex of each ordinal
     * @param biases count float32: the squared length of each vertex before centring
     * @param refinement of layout lean; {@link GraphRefinement#NONE} for results scored by codes
     * @param arena of the descriptor; may be that of the memory
     */
    public Graph(
            GraphSpace space,
            int count,
            MemorySegment rows,
            MemorySegment ordinals,
            MemorySegment vertices,
            MemorySegment biases,
            GraphRefinement refinement,
            Arena arena) {
        Arguments.atLeast("count", 1, count);
        Arguments.holds("rows", rows, count * space.rowBytes());
        Arguments.holds("ordinals", ordinals, (long) count * Integer.BYTES);
        Arguments.holds("vertices", vertices, (long) count * Integer.BYTES);
        Arguments.holds("biases", biases, (long) count * Float.BYTES);
        if (refinement.present()) {
            Arguments.holds("refinement", refinement.rows(), count * refinement.rowBytes());
            if (space.layout() == GraphLayout.FAST) {
                throw new IllegalArgumentException("refinement: expected none in layout fast");
            }
        }
        this.space = space;
        this.vertices = vertices;
        this.refinement = refinement;
        this.count = count;
        this.rows = rows;
        this.ordinals = ordinals;
        this.biases = biases;
        this.descriptor = GraphStructs.graph(this, arena);
    }

    /** The space and the row format. */
    public GraphSpace space() {
        return space;
    }

    /** How many vertices. */
    public int count() {
        return count;
    }

    MemorySegment rows() {
        return rows;
    }

    MemorySegment ordinals() {
        return ordinals;
    }

    MemorySegment vertices() {
        return vertices;
    }

    GraphRefinement refinement() {
        return refinement;
    }

    MemorySegment biases() {
        return biases;
    }

    MemorySegment descriptor() {
        return descriptor;
    }

    /**
     * Checks every number that a search follows, so that none leads out of the memory, whatever bytes it holds.
     *
     * @throws IllegalArgumentException naming the first vertex that is wrong
     */
    public void verify() {
        for (int vertex = 0; vertex < count; vertex++) {
            long ids = vertex * space.rowBytes() + space.idsOffset();
            for (int i = 0; i < GraphSpace.DEGREE; i++) {
                inRange("neighbour", vertex, rows.get(ValueLayout.JAVA_INT_UNALIGNED, ids + (long) i * Integer.BYTES));
            }
            inRange("ordinal", vertex, ordinals.getAtIndex(ValueLayout.JAVA_INT, vertex));
            inRange("place in the order", vertex, vertices.getAtIndex(ValueLayout.JAVA_INT, vertex));
        }
    }

    private void inRange(String what, int vertex, int number) {
        if (number < 0 || number >= count) {
            throw new IllegalArgumentException("graph, " + what + " of vertex " + vertex + ": expected less than "
                    + count + ", got " + Integer.toUnsignedString(number));
        }
    }
}
