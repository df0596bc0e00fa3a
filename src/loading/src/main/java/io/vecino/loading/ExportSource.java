package io.vecino.loading;

import io.vecino.EngineCollection;
import io.vecino.model.Filter;
import io.vecino.model.PointId;
import io.vecino.model.ScrollPage;
import io.vecino.model.ScrollRequest;
import org.jspecify.annotations.Nullable;

/** Points of a collection in the order of their ids, page by page. */
@FunctionalInterface
public interface ExportSource {
    /** The points behind an id, with their vectors. */
    ScrollPage page(@Nullable PointId after, int limit);

    /** Points of a collection of this process that meet a filter. */
    static ExportSource of(EngineCollection collection, @Nullable Filter filter) {
        return (after, limit) -> collection.scroll(new ScrollRequest(after, limit, filter, true));
    }
}
