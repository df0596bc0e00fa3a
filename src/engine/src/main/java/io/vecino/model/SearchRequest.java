package io.vecino.model;

/**
 * The k nearest points to a vector.
 *
 * @param vector as many finite float32 values as the collection has dimensions; not copied
 * @param k 1 to 10,000
 */
@SuppressWarnings("ArrayRecordComponent") // read once by the search it is passed to
public record SearchRequest(float[] vector, int k, SearchParams params, boolean withPayload, boolean withVector) {
    /** Largest k accepted. */
    public static final int MAX_K = 10_000;

    public SearchRequest {
        if (k < 1 || k > MAX_K) {
            throw new EngineException.InvalidArgument("k", "1 to " + MAX_K, String.valueOf(k));
        }
    }

    /** Ids and scores only, default effort. */
    public static SearchRequest of(float[] vector, int k) {
        return new SearchRequest(vector, k, SearchParams.DEFAULT, false, false);
    }
}
