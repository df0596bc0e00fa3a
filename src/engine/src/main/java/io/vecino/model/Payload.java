package io.vecino.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What travels with a vector: a JSON-like object.
 *
 * @param fields values are null, {@link Boolean}, {@link Long}, {@link Double}, {@link String}, or lists and
 *     string-keyed maps of these; copied deeply, integers widened to {@link Long}, floats to {@link Double}
 */
public record Payload(Map<String, @Nullable Object> fields) {
    /** No fields. */
    public static final Payload EMPTY = new Payload(Map.of());

    private static final int MAX_DEPTH = 32;

    public Payload {
        fields = copy(fields, "payload", 1);
    }

    private static Map<String, @Nullable Object> copy(Map<?, ?> map, String path, int depth) {
        if (depth > MAX_DEPTH) {
            throw new EngineException.InvalidArgument(path, "at most " + MAX_DEPTH + " levels", "more");
        }
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (!(key instanceof String name)) {
                throw new EngineException.InvalidArgument(path, "string keys", String.valueOf(key));
            }
            copy.put(name, value(value, path + "." + name, depth));
        });
        return Collections.unmodifiableMap(copy);
    }

    private static @Nullable Object value(@Nullable Object value, String path, int depth) {
        return switch (value) {
            case null -> null;
            case Boolean _, Long _, Double _, String _ -> value;
            case Integer i -> i.longValue();
            case Short s -> s.longValue();
            case Byte b -> b.longValue();
            case Float f -> f.doubleValue();
            case Map<?, ?> map -> copy(map, path, depth + 1);
            case List<?> list -> list(list, path, depth);
            default ->
                throw new EngineException.InvalidArgument(
                        path,
                        "null, boolean, number, string, array or object",
                        value.getClass().getName());
        };
    }

    private static List<@Nullable Object> list(List<?> list, String path, int depth) {
        if (depth >= MAX_DEPTH) {
            throw new EngineException.InvalidArgument(path, "at most " + MAX_DEPTH + " levels", "more");
        }
        List<@Nullable Object> copy = new ArrayList<>(list.size());
        for (Object element : list) {
            copy.add(value(element, path + "[" + copy.size() + "]", depth + 1));
        }
        return Collections.unmodifiableList(copy);
    }
}
