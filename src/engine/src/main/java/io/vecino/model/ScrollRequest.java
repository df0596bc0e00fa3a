package io.vecino.model;

import org.jspecify.annotations.Nullable;

/**
 * Points in the order of their ids.
 *
 * @param after id behind which to go on, which need not exist; null to begin
 * @param limit 1 to 10,000
 * @param filter that points must meet; null for none
 */
public record ScrollRequest(
        @Nullable PointId after, int limit, @Nullable Filter filter, boolean withVector) {
    /** Largest page. */
    public static final int MAX_LIMIT = 10_000;

    public ScrollRequest {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new EngineException.InvalidArgument("limit", "1 to " + MAX_LIMIT, String.valueOf(limit));
        }
        if (filter != null) {
            Filter.checked(filter);
        }
    }
}
