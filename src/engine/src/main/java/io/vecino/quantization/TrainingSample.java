package io.vecino.quantization;

import io.vecino.model.Pipeline;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/** A uniform sample of a stream of rows (reservoir sampling, Vitter's algorithm R), deterministic for the same stream. */
public final class TrainingSample implements AutoCloseable {
    private static final int ROWS_PER_DIMENSION = 50;
    private static final int MIN_ROWS = 20_000;
    private static final long TRANSFORM_BYTES = 256L << 20;
    private static final long SEED = 0x5EED;

    private final int dimension;
    private final int capacity;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Scratch scratch = new Scratch();
    private final MemorySegment rows;
    private long seen;

    private TrainingSample(int dimension, int capacity) {
        this.dimension = dimension;
        this.capacity = capacity;
        this.rows = scratch.floats((long) capacity * dimension);
    }

    /**
     * Room for what a pipeline's training can use: 50 rows per dimension and at least 20,000, or 256 MiB of rows if it has
     * transforms, but no more than are expected.
     *
     * @param expectedRows how many will be offered; if there are more, a sample of them is kept
     */
    public static TrainingSample of(Pipeline pipeline, int dimension, int expectedRows) {
        return new TrainingSample(dimension, capacity(pipeline, dimension, expectedRows));
    }

    /** Native memory of that room. */
    public static long bytes(Pipeline pipeline, int dimension, int expectedRows) {
        return (long) capacity(pipeline, dimension, expectedRows) * dimension * Float.BYTES;
    }

    private static int capacity(Pipeline pipeline, int dimension, int expectedRows) {
        int useful = Math.max(MIN_ROWS, ROWS_PER_DIMENSION * dimension);
        if (!pipeline.transforms().isEmpty()) {
            useful = Math.max(useful, (int) (TRANSFORM_BYTES / Float.BYTES / dimension));
        }
        return Math.clamp(expectedRows, 1, useful);
    }

    /** Shows the sample a row; it is copied if kept. */
    public void offer(float[] vector) {
        long position = seen < capacity ? seen : random.nextLong(seen + 1);
        seen++;
        if (position < capacity) {
            MemorySegment.copy(vector, 0, rows, ValueLayout.JAVA_FLOAT, position * dimension * Float.BYTES, dimension);
        }
    }

    /** What was kept; valid until closed. */
    public Rows rows() {
        return new Rows(rows, (int) Math.min(seen, capacity), dimension);
    }

    @Override
    public void close() {
        scratch.close();
    }
}
