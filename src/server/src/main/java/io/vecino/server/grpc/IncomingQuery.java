package io.vecino.server.grpc;

import io.vecino.api.v1.Query;
import io.vecino.model.EngineException;
import io.vecino.model.PointId;
import io.vecino.model.SearchParams;
import io.vecino.model.SearchRequest;
import java.util.OptionalInt;

/** Searches out of messages. */
final class IncomingQuery {
    private IncomingQuery() {}

    /** @param prefix of the names of fields in errors: {@code ""}, or {@code "queries[3]."} */
    @SuppressWarnings("NullAway") // the nullness of an array in a record does not reach its callers
    static SearchRequest read(String prefix, Query query) {
        boolean near = query.getTargetCase() == Query.TargetCase.ID;
        float[] vector = query.getTargetCase() == Query.TargetCase.VECTOR
                ? Incoming.vector(prefix + "vector", query.getVector())
                : null;
        PointId id = near ? Incoming.id(prefix + "id", query.getId()) : null;
        try {
            return new SearchRequest(
                    vector,
                    id,
                    number(query.getK()),
                    number(query.getOffset()),
                    params(query),
                    query.hasFilter() ? IncomingFilter.read("filter", query.getFilter()) : null,
                    query.hasScoreThreshold() ? query.getScoreThreshold() : null,
                    query.getWithPayload(),
                    query.getWithVector());
        } catch (EngineException.InvalidArgument e) {
            throw prefix.isEmpty() ? e : new EngineException.InvalidArgument(prefix + e.field(), e.expected(), e.got());
        }
    }

    private static SearchParams params(Query query) {
        if (!query.hasParams()) {
            return SearchParams.DEFAULT;
        }
        io.vecino.api.v1.SearchParams params = query.getParams();
        return new SearchParams(
                params.hasEfSearch() ? OptionalInt.of(number(params.getEfSearch())) : OptionalInt.empty(),
                params.hasNprobe() ? OptionalInt.of(number(params.getNprobe())) : OptionalInt.empty(),
                params.hasOversample() ? params.getOversample() : SearchParams.DEFAULT.oversample(),
                params.getExact());
    }

    /** An unsigned number, cut to what an int holds: beyond every limit either way. */
    static int number(int unsigned) {
        return unsigned < 0 ? Integer.MAX_VALUE : unsigned;
    }
}
