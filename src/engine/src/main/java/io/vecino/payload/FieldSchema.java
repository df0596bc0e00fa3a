package io.vecino.payload;

import io.vecino.model.FieldType;
import io.vecino.model.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The indexed fields of a collection in a fixed order. */
public final class FieldSchema {
    private final List<String> names;
    private final List<FieldType> types;

    public FieldSchema(Map<String, FieldType> indexes) {
        this.names = indexes.keySet().stream().sorted().toList();
        this.types = new ArrayList<>(names.stream().map(indexes::get).toList());
    }

    /** How many there are. */
    public int size() {
        return names.size();
    }

    /** Position of a field, or -1 if it is not indexed. */
    public int position(String path) {
        return names.indexOf(path);
    }

    String name(int position) {
        return names.get(position);
    }

    FieldType type(int position) {
        return types.get(position);
    }

    /** The values of the indexed fields, null where there is none. */
    public @Nullable Object[] extract(Payload payload) {
        @Nullable Object[] values = new @Nullable Object[names.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = FilterMatch.value(payload, names.get(i));
        }
        return values;
    }
}
