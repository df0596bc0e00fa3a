package io.vecino.cli;

import io.vecino.model.CollectionConfig;
import io.vecino.model.Durability;
import io.vecino.model.EngineException;
import io.vecino.model.FieldType;
import io.vecino.model.IndexSpec;
import io.vecino.model.Metric;
import io.vecino.model.Pipeline;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** What a collection is created with, besides its dimension. */
final class CollectionOptions {
    @Option(names = "--metric", defaultValue = "cosine", description = "ip, l2 or cosine (default: ${DEFAULT-VALUE}).")
    private String metric = "cosine";

    @Option(
            names = "--pipeline",
            defaultValue = "none/f32",
            description = "How vectors are compressed, such as pca:192/int8 (default: ${DEFAULT-VALUE}).")
    private String pipeline = "none/f32";

    @Option(
            names = "--index",
            defaultValue = "flat",
            description = "flat, graph:fast, graph:lean or faiss:FACTORY (default: ${DEFAULT-VALUE}).")
    private String index = "flat";

    @Option(
            names = "--durability",
            defaultValue = "fsync",
            description =
                    "What an acknowledged write survives: fsync a power loss, wal a killed process (default: ${DEFAULT-VALUE}).")
    private String durability = "fsync";

    @Option(
            names = "--payload-index",
            paramLabel = "FIELD:TYPE",
            description = "Field that filters find fast: keyword, integer, float, boolean or datetime. Repeatable.")
    private List<String> payloadIndexes = List.of();

    CollectionConfig of(int dimension) {
        Map<String, FieldType> indexes = new LinkedHashMap<>();
        for (String one : payloadIndexes) {
            int colon = one.lastIndexOf(':');
            if (colon < 1) {
                throw new EngineException.InvalidArgument("--payload-index", "FIELD:TYPE", one);
            }
            indexes.put(one.substring(0, colon), FieldType.parse(one.substring(colon + 1)));
        }
        return new CollectionConfig(
                dimension,
                Metric.parse(metric),
                Pipeline.parse(pipeline),
                IndexSpec.parse(index),
                Durability.parse(durability),
                indexes);
    }

    /** The same as a server reads it. */
    static Map<String, Object> body(CollectionConfig config) {
        Map<String, String> indexes = new LinkedHashMap<>();
        config.payloadIndexes().forEach((field, type) -> indexes.put(field, type.id()));
        return Map.of(
                "dimension", config.dimension(),
                "metric", config.metric().id(),
                "pipeline", config.pipeline().toString(),
                "index", config.index().toString(),
                "durability", config.durability().id(),
                "payload_indexes", indexes);
    }
}
