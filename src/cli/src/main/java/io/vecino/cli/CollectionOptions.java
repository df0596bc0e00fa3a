package io.vecino.cli;

import io.vecino.model.CollectionConfig;
import io.vecino.model.Durability;
import io.vecino.model.Encoding;
import io.vecino.model.EngineException;
import io.vecino.model.FieldType;
import io.vecino.model.IndexSpec;
import io.vecino.model.Metric;
import io.vecino.model.Pipeline;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a collection is created with, besides its dimension. */
final class CollectionOptions {
    @Option(names = "--metric", defaultValue = "cosine", description = "ip, l2 or cosine (default: ${DEFAULT-VALUE}).")
    private String metric = "cosine";

    @Option(
            names = "--pipeline",
            description = "How vectors are compressed, such as pca:192/int8 (default: what the index works best with).")
    private @Nullable String pipeline;

    @Option(
            names = "--index",
            description = "flat, graph:fast, graph:lean or faiss:FACTORY (default: a graph if one fits the pipeline).")
    private @Nullable String index;

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
        Encoding encoding = Encoding.of(
                dimension,
                Optional.ofNullable(pipeline).map(Pipeline::parse),
                Optional.ofNullable(index).map(IndexSpec::parse));
        return new CollectionConfig(
                dimension,
                Metric.parse(metric),
                encoding.pipeline(),
                encoding.index(),
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
