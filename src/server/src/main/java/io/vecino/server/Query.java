package io.vecino.server;

import io.vecino.model.EngineException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters after {@code ?}.
 *
 * @param values decoded; each name once
 */
record Query(Map<String, String> values) {
    /**
     * Reads {@code a=1&b=2}.
     *
     * @throws EngineException.InvalidArgument for a name that occurs twice or an encoding that cannot be read
     */
    static Query parse(String raw) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : raw.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = PercentEncoding.decode("query", equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : PercentEncoding.decode(name, pair.substring(equals + 1));
            if (values.put(name, value) != null) {
                throw new EngineException.InvalidArgument(name, "each query parameter once", "it twice");
            }
        }
        return new Query(values);
    }

    /** Refuses every parameter but these. */
    void requireOnly(String... known) {
        List<String> names = Arrays.asList(known);
        for (Map.Entry<String, String> entry : values.entrySet()) {
            if (!names.contains(entry.getKey())) {
                String expected = names.isEmpty() ? "no query parameters" : "one of " + String.join(", ", names);
                throw new EngineException.InvalidArgument(entry.getKey(), expected, "an unknown query parameter");
            }
        }
    }

    /** True or false as given, false if absent. */
    boolean flag(String name) {
        String value = values.getOrDefault(name, "false");
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new EngineException.InvalidArgument(name, "true or false", value);
        };
    }
}
