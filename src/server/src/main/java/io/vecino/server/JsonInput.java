package io.vecino.server;

import io.vecino.model.EngineException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * A request body read token by token. Every failure is an {@link EngineException.InvalidArgument} whose field is the path
 * of the value at hand. Between calls the parser stands on the value that is to be read next or was read last.
 */
final class JsonInput {
    /** Deepest nesting accepted, the outermost value included. */
    static final int MAX_DEPTH = 32;

    private static final int MAX_STRING = 1 << 20;
    private static final int MAX_SHOWN = 120;

    /** NaN and infinities are let through to the readers, which refuse them with the path of the field. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_STRING)
                    .build())
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private final JsonParser parser;

    JsonInput(Request.Body body) {
        this.parser = FACTORY.createParser(ObjectReadContext.empty(), body.bytes(), body.offset(), body.length());
    }

    /** Reads the value of one field, on which the parser stands; false if there is no such field. */
    interface FieldReader {
        boolean read(String name);
    }

    /** Reads the body, which must be one value and nothing after it. */
    <T> T document(Function<JsonInput, T> reader) {
        try (parser) {
            if (parser.nextToken() == null) {
                throw new EngineException.InvalidArgument("body", "a JSON object", "nothing");
            }
            T value = reader.apply(this);
            if (parser.nextToken() != null) {
                throw new EngineException.InvalidArgument("body", "one JSON object", "more after it");
            }
            return value;
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    private EngineException.InvalidArgument malformed(JacksonException e) {
        if (e instanceof StreamConstraintsException
                && parser.streamReadContext().getNestingDepth() >= MAX_DEPTH) {
            return invalid("JSON nested at most " + MAX_DEPTH + " levels deep", "deeper nesting");
        }
        TokenStreamLocation at = parser.currentLocation();
        return invalid(
                "well-formed JSON",
                shown(e.getOriginalMessage()) + " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")");
    }

    /** Reads an object whose fields are known; each may occur once. */
    void object(FieldReader reader) {
        require(JsonToken.START_OBJECT, "an object");
        List<String> seen = new ArrayList<>(4);
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            if (seen.contains(name)) {
                throw invalid("each field once", "it twice");
            }
            seen.add(name);
            parser.nextToken();
            if (!reader.read(name)) {
                throw invalid("a known field", "an unknown one");
            }
        }
    }

    /** Reads an array of at most {@code limit} elements. */
    <T> List<T> array(int limit, Function<JsonInput, T> element) {
        require(JsonToken.START_ARRAY, "an array");
        String field = path();
        List<T> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (values.size() == limit) {
                throw new EngineException.InvalidArgument(field, "at most " + limit + " entries", "more");
            }
            values.add(element.apply(this));
        }
        return values;
    }

    String text() {
        require(JsonToken.VALUE_STRING, "a string");
        return wellFormed(parser.getString());
    }

    int wholeNumber() {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
                || parser.getNumberType() != JsonParser.NumberType.INT) {
            throw invalid("a whole number", got());
        }
        return parser.getIntValue();
    }

    /** A number of a write, 0 if there was none. */
    long version() {
        boolean whole = parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        if (!whole || parser.getLongValue() < 0) {
            throw invalid("a whole number of at least 0", got());
        }
        return parser.getLongValue();
    }

    float number() {
        if (!parser.currentToken().isNumeric()) {
            throw invalid("a number", got());
        }
        return parser.getFloatValue();
    }

    boolean flag() {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw invalid("true or false", got());
        };
    }

    /** Refuses text that has no UTF-8 form: two such texts could be stored as the same bytes. */
    String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw invalid("Unicode text", "an unpaired surrogate");
            }
        }
        return text;
    }

    /** Calls what checks fields of the value just read, and puts the path of that value in front of the field it names. */
    <T> T checked(Supplier<T> call) {
        try {
            return call.get();
        } catch (EngineException.InvalidArgument e) {
            throw new EngineException.InvalidArgument(below(e.field()), e.expected(), e.got());
        }
    }

    /** A required field, or the failure that says it is missing from the object just read. */
    <T> T present(@Nullable T value, String name, String expected) {
        if (value == null) {
            throw new EngineException.InvalidArgument(below(name), expected, "nothing");
        }
        return value;
    }

    private String below(String name) {
        String path = path();
        return path.isEmpty() ? name : path + "." + name;
    }

    void require(JsonToken token, String expected) {
        if (parser.currentToken() != token) {
            throw invalid(expected, got());
        }
    }

    /** A failure of the value at hand. */
    EngineException.InvalidArgument invalid(String expected, String got) {
        String path = path();
        return new EngineException.InvalidArgument(path.isEmpty() ? "body" : path, expected, got);
    }

    /** What the parser stands on, in words. */
    String got() {
        return switch (parser.currentToken()) {
            case START_OBJECT, END_OBJECT -> "an object";
            case START_ARRAY, END_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NULL -> "null";
            case VALUE_TRUE, VALUE_FALSE, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> shown(parser.getString());
            case PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> "something else";
        };
    }

    /** Where the parser stands: {@code points[3].vector}; empty for the whole body. */
    String path() {
        StringBuilder path = new StringBuilder();
        append(parser.streamReadContext(), path);
        return shown(path.toString());
    }

    private static void append(TokenStreamContext context, StringBuilder path) {
        TokenStreamContext parent = context.getParent();
        if (parent != null) {
            append(parent, path);
        }
        if (context.inArray() && context.hasCurrentIndex()) {
            path.append('[').append(context.getCurrentIndex()).append(']');
        } else if (context.inObject() && context.hasCurrentName()) {
            path.append(path.isEmpty() ? "" : ".").append(context.currentName());
        }
    }

    /** Text of the request as it may stand in a message: not too long, and without unpaired surrogates. */
    private static String shown(String text) {
        String part = text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
        return new String(part.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    JsonParser parser() {
        return parser;
    }
}
