package io.vecino.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** Ordered JSON objects. */
final class Json {
    private Json() {}

    /** @param namesAndValues name, value, name, value … */
    static Map<String, Object> object(Object... namesAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }
}
