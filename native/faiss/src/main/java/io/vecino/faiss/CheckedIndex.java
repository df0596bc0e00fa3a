package io.vecino.faiss;

import static io.vecino.faiss.global.faiss.index_factory;
import static io.vecino.faiss.global.faiss.max_omp_threads;
import static io.vecino.faiss.global.faiss.read_index;
import static io.vecino.faiss.global.faiss.search_selected;
import static io.vecino.faiss.global.faiss.set_omp_threads;
import static io.vecino.faiss.global.faiss.write_index;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * An index whose calls check what FAISS does not: sizes of memory, values, training, ids. Every misuse is an exception,
 * none ends the process. Vectors are rows of {@code dimension} floats in native memory, passed without copies.
 *
 * <p>Searches may run in several threads; training, adding and closing exclude everything else, which is the caller's
 * business.
 */
@NullMarked
public final class CheckedIndex implements AutoCloseable {
    private static final long TRAINING_STACK = 32L << 20;

    private final Index index;
    private final int dimension;

    private CheckedIndex(Index index) {
        this.index = index;
        this.dimension = index.d();
    }

    /**
     * Makes an empty index.
     *
     * @param factory as FAISS's {@code index_factory} reads it
     * @param metric {@code METRIC_L2} or {@code METRIC_INNER_PRODUCT}
     * @throws FaissException if this FAISS cannot read the factory string
     */
    public static CheckedIndex create(int dimension, String factory, int metric) {
        return new CheckedIndex(index_factory(dimension, factory, metric));
    }

    /**
     * Opens what {@link #write} wrote.
     *
     * @param bytes unchanged since, by a checksum that the caller has verified: forged bytes can make FAISS read
     *     anywhere in memory
     * @throws FaissException if FAISS does not recognise them
     */
    public static CheckedIndex open(MemorySegment bytes) {
        try (MemoryIOReader reader = new MemoryIOReader(Segments.bytes(bytes), bytes.byteSize())) {
            return new CheckedIndex(read_index(reader));
        }
    }

    /** The index itself, owned by this object; what is done through it is not checked. */
    public Index unchecked() {
        return index;
    }

    public int dimension() {
        return dimension;
    }

    /** How many vectors were added. */
    public long size() {
        return index.ntotal();
    }

    /** Whether vectors may be added. */
    public boolean isTrained() {
        return index.is_trained();
    }

    /**
     * Learns from vectors; an index that needs no training ignores them.
     *
     * @throws FaissException if they are too few for it
     */
    public void train(MemorySegment vectors) {
        long count = rows("training vectors", vectors);
        FloatPointer pointer = Segments.floats(vectors);
        int threads = max_omp_threads();
        withLargeStack(() -> {
            set_omp_threads(threads);
            index.train(count, pointer);
        });
    }

    /** OpenBLAS's LAPACK, which training may call, overflows the stack that a Java thread has by default. */
    private static void withLargeStack(Runnable work) {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(null, work, "faiss-training", TRAINING_STACK);
        thread.setUncaughtExceptionHandler((_, e) -> failure.set(e));
        thread.start();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true; // FAISS cannot be left behind with memory that the caller frees
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        switch (failure.get()) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Throwable e -> throw new IllegalStateException("training failed", e);
        }
    }

    /** Appends vectors, with ids {@link #size} and following. */
    public void add(MemorySegment vectors) {
        requireTrained();
        index.add(rows("vectors", vectors), Segments.floats(vectors));
    }

    /**
     * Finds the k nearest of each query.
     *
     * @param distances k floats per query, written
     * @param labels k 64-bit ids per query, written; −1 where fewer are found
     * @param selector restricts the ids, or null; not every kind of index knows one
     * @throws FaissException if the index knows no selector
     */
    public void search(
            MemorySegment queries,
            int k,
            MemorySegment distances,
            MemorySegment labels,
            @Nullable IDSelector selector) {
        requireTrained();
        long count = rows("queries", queries);
        if (k < 1) {
            throw new IllegalArgumentException("k: expected at least 1, got " + k);
        }
        output("distances", distances, count * k * Float.BYTES);
        output("labels", labels, count * k * Long.BYTES);
        if (selector == null) {
            index.search(count, Segments.floats(queries), k, Segments.floats(distances), Segments.longs(labels));
        } else {
            search_selected(
                    index,
                    count,
                    Segments.floats(queries),
                    k,
                    Segments.floats(distances),
                    Segments.longs(labels),
                    selector);
        }
    }

    /**
     * Finds all within a radius of one query: squared distance below it, or inner product above it.
     *
     * @return ids, in no order
     * @throws FaissException if the index cannot
     */
    public long[] within(MemorySegment query, float radius) {
        requireTrained();
        if (rows("query", query) != 1) {
            throw new IllegalArgumentException("query: expected one row of " + dimension + " floats, got "
                    + query.byteSize() / Float.BYTES + " floats");
        }
        try (RangeSearchResult result = new RangeSearchResult(1)) {
            index.range_search(1, Segments.floats(query), radius, result);
            long[] labels = new long[Math.toIntExact(result.lims().get(1))];
            if (labels.length > 0) {
                result.labels().get(labels);
            }
            return labels;
        }
    }

    /**
     * The stored vector of an id, as exact as its code.
     *
     * @throws FaissException if the index keeps no codes by id
     */
    public float[] reconstruct(long id) {
        if (id < 0 || id >= size()) {
            throw new IllegalArgumentException("id: expected 0 to " + (size() - 1) + ", got " + id);
        }
        float[] vector = new float[dimension];
        index.reconstruct(id, vector);
        return vector;
    }

    /** Sets a search parameter such as {@code nprobe} or {@code efSearch}; false if the index has none of that name. */
    public boolean set(String name, double value) {
        try (ParameterSpace space = new ParameterSpace()) {
            space.set_index_parameter(index, name, value);
            return true;
        } catch (FaissException e) {
            return false;
        }
    }

    /** Hands over the index in FAISS's format; the segment is valid until the receiver returns. */
    public void write(Consumer<MemorySegment> receiver) {
        try (VectorIOWriter writer = new VectorIOWriter()) {
            write_index(index, writer);
            receiver.accept(Segments.of(writer.data()));
        }
    }

    /** Bytes of the index when written, which is close to what it occupies. */
    public long bytes() {
        try (CountingIOWriter writer = new CountingIOWriter()) {
            write_index(index, writer);
            return writer.bytes();
        }
    }

    @Override
    public void close() {
        index.close();
    }

    private void requireTrained() {
        if (!index.is_trained()) {
            throw new IllegalStateException("expected a trained index, got an untrained one: call train first");
        }
    }

    /** How many rows a segment holds; whole, finite and at least one. */
    private long rows(String what, MemorySegment vectors) {
        long width = (long) dimension * Float.BYTES;
        if (vectors.byteSize() == 0 || vectors.byteSize() % width != 0) {
            throw new IllegalArgumentException(
                    what + ": expected rows of " + dimension + " floats, got " + vectors.byteSize() + " bytes");
        }
        requireFinite(what, Segments.floats(vectors).capacity(), vectors);
        return vectors.byteSize() / width;
    }

    /** Zero times a value is zero unless the value is NaN or infinite. */
    private void requireFinite(String what, long count, MemorySegment vectors) {
        double sum = 0;
        for (long i = 0; i < count; i++) {
            sum += vectors.getAtIndex(ValueLayout.JAVA_FLOAT, i) * 0f;
        }
        if (sum == 0) {
            return;
        }
        for (long i = 0; i < count; i++) {
            float value = vectors.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException(
                        what + ": expected finite values, got " + value + " in row " + i / dimension);
            }
        }
    }

    private static void output(String what, MemorySegment memory, long bytes) {
        if (!memory.scope().isAlive()) {
            throw new IllegalStateException(what + ": expected open memory, got a closed arena's");
        }
        if (memory.byteSize() < bytes || memory.isReadOnly()) {
            throw new IllegalArgumentException(what + ": expected at least " + bytes + " writable bytes, got "
                    + memory.byteSize() + (memory.isReadOnly() ? " read-only" : "") + " bytes");
        }
    }
}
