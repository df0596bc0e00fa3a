package io.vecino.index.graph;

import io.vecino.storage.NativeMemory;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of a graph being built, as the graph compares them: by Euclidean distance. For an inner product of rows whose
 * lengths differ, one element more makes all of them equally long (Bachrach et al., "Speeding up the Xbox recommender
 * system", 2014).
 */
final class GraphRows implements AutoCloseable {
    // Squared lengths this close change no order that float16 elements could keep.
    private static final double SAME_LENGTH = 1e-3;

    private final List<NativeMemory.Block> chunks;
    private final int count;
    private final int dimension;
    private final boolean extended;
    private final double longest;

    /** @param chunks of equally many rows but the last; owned from here on */
    GraphRows(List<NativeMemory.Block> chunks, int count, int dimension, Similarity similarity) {
        this.chunks = new ArrayList<>(chunks);
        this.count = count;
        this.dimension = dimension;
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        if (similarity == Similarity.DOT) {
            for (int i = 0; i < chunks.size(); i++) {
                Rows rows = plain(i);
                for (int r = 0; r < rows.count(); r++) {
                    double length = squaredLength(rows.copyOf(r));
                    least = Math.min(least, length);
                    most = Math.max(most, length);
                }
            }
        }
        this.longest = most;
        this.extended = most - least > SAME_LENGTH * most;
    }

    private static double squaredLength(float[] row) {
        double sum = 0;
        for (float value : row) {
            sum += (double) value * value;
        }
        return sum;
    }

    int count() {
        return count;
    }

    int chunks() {
        return chunks.size();
    }

    int dimension() {
        return extended ? dimension + 1 : dimension;
    }

    private Rows plain(int chunk) {
        NativeMemory.Block block = chunks.get(chunk);
        int held = (int) (block.bytes() / ((long) dimension * Float.BYTES));
        return new Rows(block.segment(), Math.min(held, count - chunk * held), dimension);
    }

    /** The position of a chunk's first row. */
    int first(int chunk) {
        return (int) (chunk * (chunks.getFirst().bytes() / ((long) dimension * Float.BYTES)));
    }

    /** The rows of a chunk, with what makes them equally long. */
    Rows chunk(int chunk, Scratch scratch) {
        Rows rows = plain(chunk);
        if (!extended) {
            return rows;
        }
        MemorySegment out = scratch.floats((long) rows.count() * dimension());
        for (int r = 0; r < rows.count(); r++) {
            float[] row = rows.copyOf(r);
            long at = (long) r * dimension() * Float.BYTES;
            MemorySegment.copy(row, 0, out, ValueLayout.JAVA_FLOAT, at, dimension);
            double missing = Math.max(0, longest - squaredLength(row));
            out.set(ValueLayout.JAVA_FLOAT, at + (long) dimension * Float.BYTES, (float) Math.sqrt(missing));
        }
        return new Rows(out, rows.count(), dimension());
    }

    /** Gives a chunk's memory back. */
    void free(int chunk) {
        chunks.get(chunk).close();
    }

    @Override
    public void close() {
        chunks.forEach(NativeMemory.Block::close);
    }
}
