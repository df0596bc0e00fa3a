package io.vecino.server;

import io.vecino.model.IndexSpec;
import io.vecino.model.Pipeline;
import io.vecino.model.TuneRequest;
import java.util.List;
import java.util.Optional;

/**
 * {@code {"max_bytes"?, "min_recall"?, "max_latency_us"?, "queries"?, "held_out"?, "k"?, "rows"?, "grid"?, "indexes"?,
 * "oversamples"?, "prune"?}}.
 */
final class TuneBody {
    private static final int MAX_QUERIES = 10_000;
    private static final int MAX_GRID = 1_000;

    private final int dimension;
    private List<float[]> queries = List.of();
    private int heldOut = TuneRequest.DEFAULT.heldOut();
    private int k = TuneRequest.DEFAULT.k();
    private int rows = TuneRequest.DEFAULT.rows();
    private List<Pipeline> grid = List.of();
    private List<IndexSpec> indexes = TuneRequest.DEFAULT.indexes();
    private List<Float> oversamples = TuneRequest.DEFAULT.oversamples();
    private Optional<Double> maxBytes = Optional.empty();
    private Optional<Double> minRecall = Optional.empty();
    private Optional<Double> maxMicros = Optional.empty();
    private boolean prune = true;

    private TuneBody(int dimension) {
        this.dimension = dimension;
    }

    static TuneRequest read(JsonInput json, int dimension) {
        return json.document(in -> {
            TuneBody body = new TuneBody(dimension);
            in.object(name -> body.field(in, name));
            return in.checked(body::request);
        });
    }

    private TuneRequest request() {
        grid.forEach(pipeline -> pipeline.outputDimension(dimension));
        return new TuneRequest(
                queries,
                heldOut,
                k,
                rows,
                grid,
                indexes,
                oversamples,
                new TuneRequest.Limits(maxBytes, minRecall, maxMicros),
                prune,
                Optional.empty());
    }

    private boolean field(JsonInput in, String name) {
        switch (name) {
            case "queries" -> queries = in.array(MAX_QUERIES, element -> ValueInput.vector(element, dimension));
            case "held_out" -> heldOut = in.wholeNumber();
            case "k" -> k = in.wholeNumber();
            case "rows" -> rows = in.wholeNumber();
            case "grid" -> grid = in.array(MAX_GRID, element -> Pipeline.parse(element.text()));
            case "indexes" -> indexes = in.array(MAX_GRID, element -> IndexSpec.parse(element.text()));
            case "oversamples" -> oversamples = in.array(MAX_GRID, JsonInput::number);
            case "max_bytes" -> maxBytes = Optional.of((double) in.number());
            case "min_recall" -> minRecall = Optional.of((double) in.number());
            case "max_latency_us" -> maxMicros = Optional.of((double) in.number());
            case "prune" -> prune = in.flag();
            default -> {
                return false;
            }
        }
        return true;
    }
}
