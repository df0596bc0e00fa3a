package io.vecino.loading.file;

import io.vecino.model.Payload;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Payloads out of what was read. */
final class Payloads {
    private Payloads() {}

    /** A payload of fields, or another if there are none. */
    @SuppressWarnings("NullAway") // null annotations inside a record's component type do not reach its callers
    static Payload of(Map<String, @Nullable Object> fields, Payload otherwise) {
        return fields.isEmpty() ? otherwise : new Payload(fields);
    }
}
