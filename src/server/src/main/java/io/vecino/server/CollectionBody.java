package io.vecino.server;

import io.vecino.model.CollectionConfig;
import io.vecino.model.Durability;
import io.vecino.model.Encoding;
import io.vecino.model.FieldType;
import io.vecino.model.IndexSpec;
import io.vecino.model.Metric;
import io.vecino.model.Pipeline;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code {"dimension", "metric", "pipeline"?, "index"?, "durability"?, "payload_indexes"?}}. */
final class CollectionBody {
    private @Nullable Integer dimension;
    private @Nullable Metric metric;
    private @Nullable Pipeline pipeline;
    private @Nullable IndexSpec index;
    private Durability durability = Durability.FSYNC;
    private final Map<String, FieldType> payloadIndexes = new HashMap<>();

    private CollectionBody() {}

    static CollectionConfig read(JsonInput json) {
        return json.document(in -> {
            CollectionBody body = new CollectionBody();
            in.object(name -> body.field(in, name));
            int dimension = in.present(body.dimension, "dimension", "a whole number");
            Encoding encoding =
                    Encoding.of(dimension, Optional.ofNullable(body.pipeline), Optional.ofNullable(body.index));
            return new CollectionConfig(
                    dimension,
                    in.present(body.metric, "metric", "one of ip, l2, cosine"),
                    encoding.pipeline(),
                    encoding.index(),
                    body.durability,
                    body.payloadIndexes);
        });
    }

    private boolean field(JsonInput in, String name) {
        switch (name) {
            case "dimension" -> dimension = in.wholeNumber();
            case "metric" -> metric = Metric.parse(in.text());
            case "pipeline" -> pipeline = Pipeline.parse(in.text());
            case "index" -> index = IndexSpec.parse(in.text());
            case "durability" -> durability = Durability.parse(in.text());
            case "payload_indexes" ->
                in.object(path -> {
                    payloadIndexes.put(path, FieldType.parse(in.text()));
                    return true;
                });
            default -> {
                return false;
            }
        }
        return true;
    }
}
