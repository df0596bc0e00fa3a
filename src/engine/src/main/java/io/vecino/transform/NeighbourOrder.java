package io.vecino.transform;

import io.vecino.kernels.Kernel;
import io.vecino.kernels.Kernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Orders rows so that near ones stand together: a random-projection tree, split at the median along the difference of two
 * random rows (as in Annoy). Every run of the order is a neighbourhood; another draw gives other neighbourhoods.
 */
final class NeighbourOrder {
    private final Kernels kernels = Kernels.best();
    private final Crew crew;
    private final Rows rows;
    private final int leaf;
    private final MemorySegment[] directions;
    private final MemorySegment heights;
    private final MemorySegment order;

    /** @param leaf largest run that is not split */
    NeighbourOrder(Crew crew, Matrices matrices, Rows rows, int leaf) {
        this.crew = crew;
        this.rows = rows;
        this.leaf = leaf;
        this.directions = IntStream.range(0, crew.threads())
                .mapToObj(_ -> matrices.floats(rows.dimension()))
                .toArray(MemorySegment[]::new);
        this.heights = matrices.floats(rows.count());
        this.order = matrices.floats(rows.count());
    }

    /** A permutation of all rows. */
    int[] draw(SplittableRandom random) {
        long seed = random.nextLong();
        for (int i = 0; i < rows.count(); i++) {
            order.setAtIndex(ValueLayout.JAVA_INT, i, i);
        }
        for (int nodes = 1; rows.count() / nodes > leaf; nodes *= 2) {
            int level = nodes;
            crew.run(nodes, (worker, node) -> {
                int from = (int) ((long) rows.count() * node / level);
                int to = (int) ((long) rows.count() * (node + 1) / level);
                split(directions[worker], from, to, new SplittableRandom(seed + (long) level + node));
            });
        }
        return order.asSlice(0, (long) rows.count() * Integer.BYTES).toArray(ValueLayout.JAVA_INT);
    }

    private void split(MemorySegment direction, int from, int to, SplittableRandom random) {
        int d = rows.dimension();
        int size = to - from;
        int a = order.getAtIndex(ValueLayout.JAVA_INT, from + random.nextInt(size));
        int b = order.getAtIndex(ValueLayout.JAVA_INT, from + random.nextInt(size));
        for (int j = 0; j < d; j++) {
            direction.setAtIndex(ValueLayout.JAVA_FLOAT, j, rows.get(a, j) - rows.get(b, j));
        }
        MemorySegment ordinals = order.asSlice((long) from * Integer.BYTES, (long) size * Integer.BYTES);
        MemorySegment scores = heights.asSlice((long) from * Float.BYTES, (long) size * Float.BYTES);
        kernels.scoreOrdinals(
                Kernel.DOT_F32, direction, rows.segment(), (long) d * Float.BYTES, ordinals, size, d, scores);
        long[] keys = new long[size];
        for (int i = 0; i < size; i++) {
            int bits = scores.getAtIndex(ValueLayout.JAVA_INT, i);
            int sortable = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
            keys[i] = ((long) sortable << 32) | ordinals.getAtIndex(ValueLayout.JAVA_INT, i);
        }
        Arrays.sort(keys);
        for (int i = 0; i < size; i++) {
            ordinals.setAtIndex(ValueLayout.JAVA_INT, i, (int) keys[i]);
        }
    }
}
