package io.vecino.faiss;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.jspecify.annotations.Nullable;

/** {@code count} seeded Gaussian vectors of {@code dimension} floats, off-heap. */
record Points(MemorySegment memory, int count, int dimension) {
    static Points gaussian(Arena arena, int count, int dimension, long seed) {
        System.out.println("points seed " + seed);
        Random random = new Random(seed);
        MemorySegment memory = arena.allocate(ValueLayout.JAVA_FLOAT, (long) count * dimension);
        for (long i = 0; i < (long) count * dimension; i++) {
            memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
        }
        return new Points(memory, count, dimension);
    }

    FloatPointer pointer() {
        return Segments.floats(memory);
    }

    Points first(int n) {
        return new Points(memory.asSlice(0, (long) n * dimension * Float.BYTES), n, dimension);
    }

    float at(int row, int column) {
        return memory.getAtIndex(ValueLayout.JAVA_FLOAT, (long) row * dimension + column);
    }

    double l2(int row, Points other, int otherRow) {
        return IntStream.range(0, dimension)
                .mapToDouble(j -> (double) at(row, j) - other.at(otherRow, j))
                .map(x -> x * x)
                .sum();
    }

    double dot(int row, Points other, int otherRow) {
        return IntStream.range(0, dimension)
                .mapToDouble(j -> (double) at(row, j) * other.at(otherRow, j))
                .sum();
    }

    /** What a search returned: labels and distances, row-major, {@code k} per query. */
    static final class Hits {
        private final long[] labels;
        private final float[] distances;

        Hits(long[] labels, float[] distances) {
            this.labels = labels;
            this.distances = distances;
        }

        long[] labels() {
            return labels;
        }

        float[] distances() {
            return distances;
        }
    }

    static Hits search(Index index, Points queries, int k) {
        return search(index, queries, k, null);
    }

    static Hits search(Index index, Points queries, int k, @Nullable SearchParameters parameters) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment distances = arena.allocate(ValueLayout.JAVA_FLOAT, (long) queries.count * k);
            MemorySegment labels = arena.allocate(ValueLayout.JAVA_LONG, (long) queries.count * k);
            FloatPointer d = Segments.floats(distances);
            LongPointer l = Segments.longs(labels);
            index.search(queries.count, queries.pointer(), k, d, l, parameters);
            return new Hits(labels.toArray(ValueLayout.JAVA_LONG), distances.toArray(ValueLayout.JAVA_FLOAT));
        }
    }
}
