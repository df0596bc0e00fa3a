package io.vecino.server;

import io.vecino.model.EngineException;
import io.vecino.model.Filter;
import io.vecino.model.PointId;
import io.vecino.model.SearchParams;
import io.vecino.model.SearchRequest;
import io.vecino.server.work.SearchBounds;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * {@code {"vector" or "id", "k", "offset"?, "params"?, "filter"?, "score_threshold"?, "with_payload"?, "with_vector"?}}, alone
 * or in {@code {"searches":[…]}}. What one request may ask for is bounded, because its results are held until they are written.
 */
final class SearchBody {
    private final int dimension;
    private float @Nullable [] vector;
    private @Nullable PointId near;
    private @Nullable Integer k;
    private int offset;
    private @Nullable Filter filter;
    private @Nullable Float scoreThreshold;
    private SearchParams params = SearchParams.DEFAULT;
    private boolean withPayload;
    private boolean withVector;

    private SearchBody(int dimension) {
        this.dimension = dimension;
    }

    static SearchRequest read(JsonInput json, int dimension) {
        return json.document(in -> {
            SearchRequest request = search(in, dimension);
            SearchBounds.require(List.of(request), dimension, "k");
            return request;
        });
    }

    static List<SearchRequest> readBatch(JsonInput json, int dimension) {
        return json.document(in -> {
            Batch batch = new Batch(dimension);
            in.object(name -> batch.field(in, name));
            List<SearchRequest> searches = in.present(batch.searches, "searches", "an array of searches");
            if (searches.isEmpty()) {
                throw new EngineException.InvalidArgument("searches", "1 to 10000 entries", "0 entries");
            }
            SearchBounds.require(searches, dimension, "searches");
            return searches;
        });
    }

    private static final class Batch {
        private final int dimension;
        private @Nullable List<SearchRequest> searches;

        Batch(int dimension) {
            this.dimension = dimension;
        }

        boolean field(JsonInput in, String name) {
            if (name.equals("searches")) {
                searches = in.array(SearchBounds.MAX_BATCH, element -> search(element, dimension));
                return true;
            }
            return false;
        }
    }

    @SuppressWarnings("NullAway") // the nullness of an array in a record does not reach its callers
    private static SearchRequest search(JsonInput in, int dimension) {
        SearchBody body = new SearchBody(dimension);
        in.object(name -> body.field(in, name));
        if (body.near == null) {
            in.present(body.vector, "vector", dimension + " values");
        }
        int k = in.present(body.k, "k", "a whole number");
        return in.checked(() -> new SearchRequest(
                body.vector,
                body.near,
                k,
                body.offset,
                body.params,
                body.filter,
                body.scoreThreshold,
                body.withPayload,
                body.withVector));
    }

    private boolean field(JsonInput in, String name) {
        switch (name) {
            case "vector" -> vector = ValueInput.vector(in, dimension);
            case "id" -> near = ValueInput.id(in);
            case "k" -> k = in.wholeNumber();
            case "offset" -> offset = in.wholeNumber();
            case "filter" -> filter = FilterInput.read(in);
            case "score_threshold" -> scoreThreshold = in.number();
            case "params" -> params = ParamsBody.read(in);
            case "with_payload" -> withPayload = in.flag();
            case "with_vector" -> withVector = in.flag();
            default -> {
                return false;
            }
        }
        return true;
    }

    /** The effort of a search, on which the parser stands. */
    static SearchParams params(JsonInput in) {
        return ParamsBody.read(in);
    }

    /** {@code {"efSearch"?, "nprobe"?, "oversample"?, "exact"?}}. */
    private static final class ParamsBody {
        private OptionalInt efSearch = SearchParams.DEFAULT.efSearch();
        private OptionalInt nprobe = SearchParams.DEFAULT.nprobe();
        private float oversample = SearchParams.DEFAULT.oversample();
        private boolean exact;

        static SearchParams read(JsonInput in) {
            ParamsBody body = new ParamsBody();
            in.object(name -> body.field(in, name));
            try {
                return new SearchParams(body.efSearch, body.nprobe, body.oversample, body.exact);
            } catch (EngineException.InvalidArgument e) {
                String name = e.field().substring(e.field().lastIndexOf('.') + 1);
                throw new EngineException.InvalidArgument(in.path() + "." + name, e.expected(), e.got());
            }
        }

        private boolean field(JsonInput in, String name) {
            switch (name) {
                case "efSearch" -> efSearch = OptionalInt.of(in.wholeNumber());
                case "nprobe" -> nprobe = OptionalInt.of(in.wholeNumber());
                case "oversample" -> oversample = in.number();
                case "exact" -> exact = in.flag();
                default -> {
                    return false;
                }
            }
            return true;
        }
    }
}
