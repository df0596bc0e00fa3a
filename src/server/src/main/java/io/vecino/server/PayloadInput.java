package io.vecino.server;

import io.vecino.model.Payload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** A payload out of JSON: the one place where a tree is built, and it is bounded before it is. */
final class PayloadInput {
    /** Largest payload accepted. Each value takes at least one byte, each character of a text another. */
    private static final int MAX_BYTES = 64 << 10;

    private final JsonInput in;
    private final JsonParser parser;
    private int bytes;

    private PayloadInput(JsonInput in) {
        this.in = in;
        this.parser = in.parser();
    }

    @SuppressWarnings("NullAway") // null annotations inside a record's component type do not reach its callers
    static Payload read(JsonInput in) {
        in.require(JsonToken.START_OBJECT, "an object");
        return new Payload(new PayloadInput(in).object());
    }

    private Map<String, @Nullable Object> object() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = in.wellFormed(parser.currentName());
            if (fields.containsKey(name)) {
                throw in.invalid("each field once", "it twice");
            }
            spend(name.length());
            parser.nextToken();
            fields.put(name, value());
        }
        return fields;
    }

    private List<@Nullable Object> array() {
        List<@Nullable Object> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            values.add(value());
        }
        return values;
    }

    private @Nullable Object value() {
        spend(1);
        return switch (parser.currentToken()) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> {
                String text = in.text();
                spend(text.length());
                yield text;
            }
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case VALUE_NUMBER_INT -> integer();
            case VALUE_NUMBER_FLOAT -> real();
            default -> throw in.invalid("a JSON value", in.got());
        };
    }

    private Long integer() {
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw in.invalid("a signed 64-bit integer", in.got());
        }
        return parser.getLongValue();
    }

    private Double real() {
        double value = parser.getDoubleValue();
        if (!Double.isFinite(value)) {
            throw in.invalid("a finite number", in.got());
        }
        return value;
    }

    private void spend(int more) {
        bytes += more;
        if (bytes > MAX_BYTES) {
            throw in.invalid("a payload of at most " + MAX_BYTES + " bytes", "a larger one");
        }
    }
}
