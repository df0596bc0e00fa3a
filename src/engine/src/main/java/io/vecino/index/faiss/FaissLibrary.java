package io.vecino.index.faiss;

import io.vecino.faiss.FaissException;
import io.vecino.faiss.Index;
import io.vecino.faiss.ParameterSpace;
import io.vecino.faiss.VectorIOWriter;
import io.vecino.faiss.global.faiss;
import io.vecino.model.EngineException;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/** The calls into FAISS, with its errors in our terms and its memory passed without copies. */
final class FaissLibrary {
    private static final int ADD_BLOCK = 1 << 16;

    private FaissLibrary() {}

    /**
     * Builds an empty index.
     *
     * @throws EngineException.InvalidArgument with FAISS's reason if the factory string cannot be read
     */
    static Index create(int dimension, String factory, Similarity similarity) {
        try {
            return faiss.index_factory(
                    dimension, factory, similarity == Similarity.DOT ? faiss.METRIC_INNER_PRODUCT : faiss.METRIC_L2);
        } catch (FaissException e) {
            throw new EngineException.InvalidArgument(
                    "index",
                    "a FAISS factory string for " + dimension + " dimensions",
                    factory + " (" + reason(e) + ")");
        }
    }

    /** Trains if needed, then adds all rows. */
    static void fill(Index index, Rows rows, String factory) {
        try {
            if (!index.is_trained()) {
                Rows sample = rows.slice(0, trainingRows(rows));
                index.train(sample.count(), floats(sample.segment()));
            }
            for (int first = 0; first < rows.count(); first += ADD_BLOCK) {
                Rows block = rows.slice(first, Math.min(ADD_BLOCK, rows.count() - first));
                index.add(block.count(), floats(block.segment()));
            }
        } catch (FaissException e) {
            throw new EngineException.InvalidArgument(
                    "index", "enough rows to train " + factory, rows.count() + " rows (" + reason(e) + ")");
        }
    }

    /** A direct buffer holds at most 2 GiB. */
    private static int trainingRows(Rows rows) {
        long most = Integer.MAX_VALUE / ((long) rows.dimension() * Float.BYTES);
        return (int) Math.min(rows.count(), most);
    }

    /** Searches queries with so many OpenMP threads. */
    static void search(
            Index index,
            MemorySegment queries,
            int count,
            int k,
            MemorySegment scores,
            MemorySegment labels,
            int threads) {
        faiss.set_omp_threads(threads);
        index.search(count, floats(queries), k, floats(scores), longs(labels));
    }

    /** Sets a search parameter; false if the index has none of that name. */
    static boolean set(Index index, String name, int value) {
        try (ParameterSpace space = new ParameterSpace()) {
            space.set_index_parameter(index, name, value);
            return true;
        } catch (FaissException e) {
            return false;
        }
    }

    /** Bytes of the index when written, which is close to what it occupies. */
    static long serializedBytes(Index index) {
        try (VectorIOWriter writer = new VectorIOWriter()) {
            faiss.write_index(index, writer);
            return writer.data().size();
        }
    }

    private static FloatBuffer floats(MemorySegment segment) {
        return segment.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    private static LongBuffer longs(MemorySegment segment) {
        return segment.asByteBuffer().order(ByteOrder.nativeOrder()).asLongBuffer();
    }

    /** FAISS's message without the function and the file of its sources. */
    private static String reason(FaissException e) {
        String message = String.valueOf(e.getMessage());
        int end = message.lastIndexOf(": ");
        return end < 0 ? message : message.substring(end + 2);
    }
}
