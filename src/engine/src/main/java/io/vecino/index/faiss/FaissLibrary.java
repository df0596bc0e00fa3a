package io.vecino.index.faiss;

import io.vecino.faiss.CheckedIndex;
import io.vecino.faiss.FaissException;
import io.vecino.faiss.IDSelectorBitmap;
import io.vecino.faiss.IndexHNSW;
import io.vecino.faiss.Segments;
import io.vecino.faiss.global.faiss;
import io.vecino.model.EngineException;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** The calls into FAISS, with its errors in our terms. */
final class FaissLibrary {
    private static final int ADD_BLOCK = 1 << 16;

    private FaissLibrary() {}

    /**
     * Builds an empty index.
     *
     * @throws EngineException.InvalidArgument with FAISS's reason and version if the factory string cannot be read
     */
    static CheckedIndex create(int dimension, String factory, Similarity similarity) {
        try {
            return CheckedIndex.create(dimension, factory, metric(similarity));
        } catch (FaissException e) {
            throw new EngineException.InvalidArgument(
                    "index",
                    "a factory string that FAISS " + version() + " reads for " + dimension + " dimensions",
                    factory + " (" + reason(e) + ")");
        }
    }

    static int metric(Similarity similarity) {
        return similarity == Similarity.DOT ? faiss.METRIC_INNER_PRODUCT : faiss.METRIC_L2;
    }

    static String version() {
        return faiss.FAISS_VERSION_MAJOR + "." + faiss.FAISS_VERSION_MINOR + "." + faiss.FAISS_VERSION_PATCH;
    }

    /** Trains if needed, then adds all rows. */
    static void fill(CheckedIndex index, Rows rows, String factory) {
        try {
            if (!index.isTrained()) {
                index.train(rows.segment().asSlice(0, rows.count() * rowBytes(rows)));
            }
            for (int first = 0; first < rows.count(); first += ADD_BLOCK) {
                Rows block = rows.slice(first, Math.min(ADD_BLOCK, rows.count() - first));
                index.add(block.segment().asSlice(0, block.count() * rowBytes(block)));
            }
        } catch (FaissException e) {
            throw new EngineException.InvalidArgument(
                    "index", "rows that train " + factory, rows.count() + " rows (" + reason(e) + ")");
        } catch (IllegalArgumentException e) {
            throw new EngineException.InvalidArgument(
                    "vectors", "rows that FAISS takes", String.valueOf(e.getMessage()));
        }
    }

    private static long rowBytes(Rows rows) {
        return (long) rows.dimension() * Float.BYTES;
    }

    /** About how many bytes so many rows will take: codes, ids and links; tables learned in training are not counted. */
    static long expectedBytes(CheckedIndex index, long rows) {
        long code;
        try {
            code = index.unchecked().sa_code_size();
        } catch (FaissException e) {
            code = (long) index.dimension() * Float.BYTES; // kept as it is
        }
        IndexHNSW graph = faiss.asIndexHNSW(index.unchecked());
        long links = graph == null ? 0 : (long) graph.hnsw().nb_neighbors(0) * Integer.BYTES;
        return rows * (code + links + Long.BYTES);
    }

    /**
     * Searches queries with so many OpenMP threads.
     *
     * @param selected bits of the ids that may be found, or null for all
     */
    static void search(
            CheckedIndex index,
            MemorySegment queries,
            int k,
            MemorySegment scores,
            MemorySegment labels,
            @Nullable MemorySegment selected,
            int threads) {
        faiss.set_omp_threads(threads);
        if (selected == null) {
            index.search(queries, k, scores, labels, null);
            return;
        }
        try (IDSelectorBitmap selector = Segments.bitmap(selected)) {
            index.search(queries, k, scores, labels, selector);
        }
    }

    /** Whether the index leaves out what is not selected; some kinds refuse selectors, some versions overlook them. */
    static boolean selects(CheckedIndex index) {
        if (index.size() == 0) {
            return false;
        }
        try (Scratch scratch = new Scratch()) {
            MemorySegment query = scratch.floats((long) index.dimension());
            query.fill((byte) 0);
            MemorySegment none = scratch.bytes(1);
            none.fill((byte) 0);
            MemorySegment label = scratch.bytes(Long.BYTES);
            search(index, query, 1, scratch.floats(1L), label, none, 1);
            return label.get(ValueLayout.JAVA_LONG, 0) == -1;
        } catch (FaissException e) {
            return false;
        }
    }

    /** FAISS's message without the function and the file of its sources. */
    private static String reason(FaissException e) {
        String message = String.valueOf(e.getMessage());
        int end = message.lastIndexOf(": ");
        return end < 0 ? message : message.substring(end + 2);
    }
}
