package io.vecino.storage;

import io.vecino.model.CollectionConfig;
import io.vecino.model.Durability;
import io.vecino.model.EngineException;
import io.vecino.model.FieldType;
import io.vecino.model.IndexSpec;
import io.vecino.model.Metric;
import io.vecino.model.Pipeline;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;

/** A collection's metadata record: UTF-8 lines {@code key=value}. */
record ConfigText(long collectionId, CollectionConfig config) {
    private static final String VERSION = "1";

    byte[] encode() {
        return String.join(
                        "\n",
                        "version=" + VERSION,
                        "id=" + collectionId,
                        "dimension=" + config.dimension(),
                        "metric=" + config.metric(),
                        "pipeline=" + config.pipeline(),
                        "index=" + config.index(),
                        "durability=" + config.durability(),
                        "payload_indexes=" + indexes(config.payloadIndexes()))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** {@code type:name} separated by commas; names in hexadecimal UTF-8, since they may hold anything. */
    private static String indexes(Map<String, FieldType> indexes) {
        return indexes.entrySet().stream()
                .map(entry -> entry.getValue().id() + ":"
                        + HexFormat.of().formatHex(entry.getKey().getBytes(StandardCharsets.UTF_8)))
                .collect(Collectors.joining(","));
    }

    private static Map<String, FieldType> parseIndexes(String text) {
        Map<String, FieldType> indexes = new HashMap<>();
        for (String one : text.split(",", -1)) {
            int colon = one.indexOf(':');
            if (colon > 0) {
                String name = new String(HexFormat.of().parseHex(one.substring(colon + 1)), StandardCharsets.UTF_8);
                indexes.put(name, FieldType.parse(one.substring(0, colon)));
            }
        }
        return indexes;
    }

    static ConfigText decode(String name, byte[] bytes) {
        Map<String, String> lines = new HashMap<>();
        for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                lines.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        if (!VERSION.equals(lines.get("version"))) {
            throw new EngineException.StorageFailure(
                    "collection " + name + ": expected metadata version " + VERSION + ", got " + lines.get("version"),
                    null);
        }
        try {
            return new ConfigText(
                    Long.parseLong(line(lines, "id")),
                    new CollectionConfig(
                            Integer.parseInt(line(lines, "dimension")),
                            Metric.parse(line(lines, "metric")),
                            Pipeline.parse(line(lines, "pipeline")),
                            IndexSpec.parse(line(lines, "index")),
                            Durability.parse(line(lines, "durability")),
                            parseIndexes(line(lines, "payload_indexes"))));
        } catch (IllegalArgumentException | EngineException.InvalidArgument e) {
            throw new EngineException.StorageFailure("collection " + name + ": damaged metadata", e);
        }
    }

    private static String line(Map<String, String> lines, String key) {
        return lines.getOrDefault(key, "");
    }
}
