package io.vecino.index;

import io.vecino.model.SearchParams;
import io.vecino.selection.TopK;
import io.vecino.storage.CheckedFileWriter;
import io.vecino.transform.Rows;
import java.util.List;
import java.util.stream.IntStream;

/** Nearest neighbours over the ordinals 0 to size − 1 of one segment. Thread-safe; closed when nobody searches it. */
public interface VectorIndex extends AutoCloseable {
    /** How many ordinals it holds. */
    int size();

    /** Native memory it occupies, in bytes. */
    long bytes();

    /** Those of {@link #bytes} that a search reads at random places: not refine codes, of which it reads a few. */
    default long residentBytes() {
        return bytes();
    }

    /**
     * Finds the best accepted ordinals; fewer than k only if fewer are accepted, or for an approximate index if its
     * effort does not reach them.
     *
     * @param query in the space that the index was built in: for one over codes, before the transform
     * @param params {@code exact} and {@code oversample} are the caller's business and ignored here
     */
    TopK.Hits search(float[] query, int k, OrdinalFilter filter, SearchParams params);

    /**
     * Finds the best accepted ordinals by looking at the code of every one: {@link #search} without what makes it
     * approximate. An index whose effort has no upper end takes the highest there is.
     */
    default TopK.Hits scan(float[] query, int k, OrdinalFilter filter) {
        return search(query, k, filter, SearchParams.DEFAULT);
    }

    /**
     * Searches many queries: the same results, sooner where the index can read a code once for several of them.
     *
     * @param queries as {@code query} of {@link #search}
     * @return one result per query
     */
    default List<TopK.Hits> searchBatch(Rows queries, int k, OrdinalFilter filter, SearchParams params) {
        return IntStream.range(0, queries.count())
                .mapToObj(i -> search(queries.copyOf(i), k, filter, params))
                .toList();
    }

    /** Whether {@link #searchBatch} is quicker than one search after the other. */
    default boolean sharesWork() {
        return false;
    }

    /** Writes what its opener needs beside the trained pipeline; the caller finishes the file. */
    void save(CheckedFileWriter file);

    @Override
    void close();
}
