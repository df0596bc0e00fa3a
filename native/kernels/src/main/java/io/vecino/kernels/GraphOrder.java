package io.vecino.kernels;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.BitSet;

/** Numbers points in the order in which a search may reach them, and makes every one of them reachable. */
public final class GraphOrder {
    private static final int NONE = -1;

    private final MemorySegment neighbours;
    private final int[] vertices;
    private final int[] ordinals;
    // Slots by which a point was reached first: without them it could be lost.
    private final BitSet needed = new BitSet();
    private int placed;
    private int expanded;
    private int lastHost;

    private GraphOrder(MemorySegment neighbours, int count) {
        this.neighbours = neighbours;
        this.vertices = new int[count];
        this.ordinals = new int[count];
        Arrays.fill(vertices, NONE);
    }

    /**
     * Walks breadth first from the entry. A point that is not reached takes the place of a neighbour that is reached by
     * another way.
     *
     * @param neighbours count × {@link GraphSpace#DEGREE} int32, −1 for none; changed where points were not reached
     */
    public static GraphOrder from(MemorySegment neighbours, int count, int entry) {
        Arguments.holds("neighbours", neighbours, (long) count * GraphSpace.DEGREE * Integer.BYTES);
        GraphOrder order = new GraphOrder(neighbours, count);
        order.place(entry);
        order.expand();
        for (int point = 0; point < count; point++) {
            if (order.vertices[point] == NONE) {
                order.adopt(point);
                order.expand();
            }
        }
        return order;
    }

    /** The vertex of an ordinal; that of the entry is 0. */
    public int vertex(int ordinal) {
        return vertices[ordinal];
    }

    /** The ordinal of a vertex. */
    public int ordinal(int vertex) {
        return ordinals[vertex];
    }

    private void place(int point) {
        vertices[point] = placed;
        ordinals[placed++] = point;
    }

    private void expand() {
        for (; expanded < placed; expanded++) {
            int point = ordinals[expanded];
            for (int i = 0; i < GraphSpace.DEGREE; i++) {
                int next = neighbours.getAtIndex(JAVA_INT, slot(point, i));
                if (next != NONE && vertices[next] == NONE) {
                    needed.set((int) slot(point, i));
                    place(next);
                }
            }
        }
    }

    private static long slot(int point, int i) {
        return (long) point * GraphSpace.DEGREE + i;
    }

    private void adopt(int point) {
        for (int i = 0; i < GraphSpace.DEGREE; i++) {
            int host = neighbours.getAtIndex(JAVA_INT, slot(point, i));
            if (host != NONE && vertices[host] != NONE && takes(host, point)) {
                return;
            }
        }
        while (!takes(ordinals[lastHost], point)) {
            lastHost++; // there are more slots than points, so one has room
        }
    }

    private boolean takes(int host, int point) {
        for (int i = GraphSpace.DEGREE - 1; i >= 0; i--) {
            long slot = slot(host, i);
            if (!needed.get((int) slot)) {
                neighbours.setAtIndex(JAVA_INT, slot, point);
                needed.set((int) slot);
                place(point);
                return true;
            }
        }
        return false;
    }
}
