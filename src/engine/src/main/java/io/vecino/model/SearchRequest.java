package io.vecino.model;

import org.jspecify.annotations.Nullable;

/**
 * The k nearest points to a vector, or to a stored point, which is not among its own results. Exactly one of the two is
 * given.
 *
 * @param vector as many finite float32 values as the collection has dimensions; not copied
 * @param near id of the stored point
 * @param k 1 to 10,000
 * @param offset best results to leave out; at most 10,000 with k
 * @param filter that results must meet; null for none
 * @param scoreThreshold worst score of a result in the user's terms: a lower bound, for {@link Metric#L2} an upper one
 */
@SuppressWarnings("ArrayRecordComponent") // read once by the search it is passed to
public record SearchRequest(
        float @Nullable [] vector,
        @Nullable PointId near,
        int k,
        int offset,
        SearchParams params,
        @Nullable Filter filter,
        @Nullable Float scoreThreshold,
        boolean withPayload,
        boolean withVector) {
    /** Largest k accepted. */
    public static final int MAX_K = 10_000;

    public SearchRequest {
        if ((vector == null) == (near == null)) {
            throw new EngineException.InvalidArgument(
                    "vector", "either a vector or an id", vector == null ? "none" : "both");
        }
        if (k < 1 || k > MAX_K) {
            throw new EngineException.InvalidArgument("k", "1 to " + MAX_K, String.valueOf(k));
        }
        if (offset < 0 || offset > MAX_K - k) {
            throw new EngineException.InvalidArgument(
                    "offset", "0 to " + (MAX_K - k) + " for k " + k, String.valueOf(offset));
        }
        if (scoreThreshold != null && !Float.isFinite(scoreThreshold)) {
            throw new EngineException.InvalidArgument(
                    "score_threshold", "a finite number", String.valueOf(scoreThreshold));
        }
        if (filter != null) {
            Filter.checked(filter);
        }
    }

    /** Without filter, offset and threshold. */
    public SearchRequest(float[] vector, int k, SearchParams params, boolean withPayload, boolean withVector) {
        this(vector, null, k, 0, params, null, null, withPayload, withVector);
    }

    /** Ids and scores only, default effort. */
    public static SearchRequest of(float[] vector, int k) {
        return new SearchRequest(vector, k, SearchParams.DEFAULT, false, false);
    }

    /** Ids and scores of the neighbours of a stored point, default effort. */
    public static SearchRequest near(PointId id, int k) {
        return new SearchRequest(null, id, k, 0, SearchParams.DEFAULT, null, null, false, false);
    }

    /** The same among the points that meet a filter. */
    public SearchRequest where(Filter of) {
        return new SearchRequest(vector, near, k, offset, params, of, scoreThreshold, withPayload, withVector);
    }

    /** The same with another effort. */
    public SearchRequest with(SearchParams other) {
        return new SearchRequest(vector, near, k, offset, other, filter, scoreThreshold, withPayload, withVector);
    }

    /** The same without the best few. */
    public SearchRequest skip(int best) {
        return new SearchRequest(vector, near, k, best, params, filter, scoreThreshold, withPayload, withVector);
    }

    /** The same without results of a worse score. */
    public SearchRequest within(float worst) {
        return new SearchRequest(vector, near, k, offset, params, filter, worst, withPayload, withVector);
    }
}
