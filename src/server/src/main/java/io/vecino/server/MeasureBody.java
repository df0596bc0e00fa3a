package io.vecino.server;

import io.vecino.model.EngineException;
import io.vecino.model.Filter;
import io.vecino.model.PointId;
import io.vecino.model.RecallRequest;
import io.vecino.model.SearchParams;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code {"queries" or "sample"?, "k"?, "params"?, "filter"?, "relevant"?, "worst"?}}. */
final class MeasureBody {
    private static final int MAX_QUERIES = 10_000;
    private static final int MAX_RELEVANT = 10_000;

    private final int dimension;
    private List<float[]> queries = List.of();
    private @Nullable Integer sample;
    private int k = RecallRequest.DEFAULT.k();
    private SearchParams params = RecallRequest.DEFAULT.params();
    private @Nullable Filter filter;
    private final Map<Integer, Set<PointId>> relevant = new HashMap<>();
    private int worst = RecallRequest.DEFAULT.worst();

    private MeasureBody(int dimension) {
        this.dimension = dimension;
    }

    static RecallRequest read(JsonInput json, int dimension) {
        return json.document(in -> {
            MeasureBody body = new MeasureBody(dimension);
            in.object(name -> body.field(in, name));
            return in.checked(body::request);
        });
    }

    private RecallRequest request() {
        if (sample != null && !queries.isEmpty()) {
            throw new EngineException.InvalidArgument("sample", "none beside queries", sample.toString());
        }
        int sampled = sample == null ? RecallRequest.DEFAULT.sample() : sample;
        return new RecallRequest(queries, sampled, k, params, Optional.ofNullable(filter), relevant, worst);
    }

    private boolean field(JsonInput in, String name) {
        switch (name) {
            case "queries" -> queries = in.array(MAX_QUERIES, element -> ValueInput.vector(element, dimension));
            case "sample" -> sample = in.wholeNumber();
            case "k" -> k = in.wholeNumber();
            case "params" -> params = SearchBody.params(in);
            case "filter" -> filter = FilterInput.read(in);
            case "relevant" -> {
                int[] query = {0};
                List<Boolean> _ = in.array(MAX_QUERIES, element -> {
                    List<PointId> ids = element.array(MAX_RELEVANT, ValueInput::id);
                    return relevant.put(query[0]++, new HashSet<>(ids)) == null;
                });
            }
            case "worst" -> worst = in.wholeNumber();
            default -> {
                return false;
            }
        }
        return true;
    }
}
