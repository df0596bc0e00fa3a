package io.vecino.loading.file;

import io.vecino.model.Payload;
import io.vecino.model.PointId;
import java.io.OutputStream;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/** Ids and payloads as JSON. */
final class JsonText {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build();

    private JsonText() {}

    /** A generator that ends without closing what it writes to. */
    static JsonGenerator to(OutputStream out) {
        return FACTORY.createGenerator(ObjectWriteContext.empty(), out);
    }

    static void id(JsonGenerator json, PointId id) {
        if (id instanceof PointId.Numeric(long value)) {
            if (value >= 0) {
                json.writeNumber(value);
            } else {
                json.writeNumber(new BigInteger(Long.toUnsignedString(value)));
            }
        } else {
            json.writeString(id.toString());
        }
    }

    @SuppressWarnings("NullAway") // null annotations inside a record's component type do not reach its callers
    static void payload(JsonGenerator json, Payload payload) {
        object(json, payload.fields());
    }

    private static void object(JsonGenerator json, Map<?, ? extends @Nullable Object> fields) {
        json.writeStartObject();
        fields.forEach((name, value) -> {
            json.writeName(String.valueOf(name));
            value(json, value);
        });
        json.writeEndObject();
    }

    private static void value(JsonGenerator json, @Nullable Object value) {
        switch (value) {
            case null -> json.writeNull();
            case Boolean flag -> json.writeBoolean(flag);
            case Long number -> json.writeNumber(number);
            case Double number -> json.writeNumber(number);
            case Map<?, ?> map -> object(json, map);
            case List<?> list -> {
                json.writeStartArray();
                list.forEach(element -> value(json, element));
                json.writeEndArray();
            }
            default -> json.writeString(value.toString());
        }
    }
}
