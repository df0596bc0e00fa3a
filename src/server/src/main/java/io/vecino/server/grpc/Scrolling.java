package io.vecino.server.grpc;

import io.vecino.EngineCollection;
import io.vecino.api.v1.ExportRequest;
import io.vecino.api.v1.ScrollRequest;
import io.vecino.model.EngineException;
import io.vecino.model.Filter;
import io.vecino.model.PointId;
import io.vecino.model.ScrollPage;
import org.jspecify.annotations.Nullable;

/** Points in the order of their ids, in pages that are read one at a time. */
final class Scrolling {
    private static final long DEFAULT_LIMIT = 100;
    private static final int PAGE_BYTES = 256 << 10;
    private static final int PAGE_POINTS = 1_000;

    private final Reachable engine;

    Scrolling(Reachable engine) {
        this.engine = engine;
    }

    Pages.Source<io.vecino.api.v1.ScrollPage> scroll(ScrollRequest request) {
        long limit = request.hasLimit() ? request.getLimit() : DEFAULT_LIMIT;
        if (limit == 0) {
            throw new EngineException.InvalidArgument("limit", "at least 1", "0");
        }
        EngineCollection collection = engine.collection(request.getCollection());
        engine.requireVectors(request.getWithVector(), collection.name());
        return new Reader(
                collection,
                request.hasAfter() ? Incoming.id("after", request.getAfter()) : null,
                limit < 0 ? Long.MAX_VALUE : limit,
                request.hasFilter() ? IncomingFilter.read("filter", request.getFilter()) : null,
                request.getWithVector());
    }

    Pages.Source<io.vecino.api.v1.ScrollPage> export(ExportRequest request) {
        return new Reader(
                engine.collection(request.getCollection()),
                request.hasAfter() ? Incoming.id("after", request.getAfter()) : null,
                Long.MAX_VALUE,
                request.hasFilter() ? IncomingFilter.read("filter", request.getFilter()) : null,
                true);
    }

    private static final class Reader implements Pages.Source<io.vecino.api.v1.ScrollPage> {
        private final EngineCollection collection;
        private final @Nullable Filter filter;
        private final boolean withVector;
        private final int pagePoints;
        private @Nullable PointId after;
        private long left;

        Reader(
                EngineCollection collection,
                @Nullable PointId after,
                long limit,
                @Nullable Filter filter,
                boolean withVector) {
            this.collection = collection;
            this.after = after;
            this.left = limit;
            this.filter = filter;
            this.withVector = withVector;
            int vectorBytes = collection.config().dimension() * Float.BYTES;
            this.pagePoints = withVector ? Math.clamp(PAGE_BYTES / vectorBytes, 1, PAGE_POINTS) : PAGE_POINTS;
        }

        @Override
        public io.vecino.api.v1.@Nullable ScrollPage next() {
            if (left == 0) {
                return null;
            }
            int limit = (int) Math.min(left, pagePoints);
            ScrollPage page = collection.scroll(new io.vecino.model.ScrollRequest(after, limit, filter, withVector));
            after = page.next();
            left = after == null ? 0 : left - page.points().size();
            return Outgoing.page(page);
        }
    }
}
