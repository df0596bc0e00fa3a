package io.vecino.server.work;

import io.vecino.model.EngineException;
import io.vecino.model.SearchRequest;
import java.util.List;

/** What one request may ask for, because its results are held until they are written. */
public final class SearchBounds {
    /** Points, ids or searches in one request. */
    public static final int MAX_BATCH = 10_000;

    private static final long MAX_RESULTS = 1_000_000;
    private static final long MAX_VALUES = 16 << 20;

    private SearchBounds() {}

    /**
     * Checks the searches of one request together.
     *
     * @param field that the caller would have to change
     */
    public static void require(List<SearchRequest> searches, int dimension, String field) {
        long results = 0;
        long values = 0;
        for (SearchRequest search : searches) {
            results += search.k();
            values += search.withVector() ? (long) search.k() * dimension : 0;
        }
        if (results > MAX_RESULTS) {
            throw new EngineException.InvalidArgument(
                    field, "at most " + MAX_RESULTS + " results per request", String.valueOf(results));
        }
        if (values > MAX_VALUES) {
            throw new EngineException.InvalidArgument(
                    field, "at most " + MAX_VALUES + " vector values returned per request", String.valueOf(values));
        }
    }
}
