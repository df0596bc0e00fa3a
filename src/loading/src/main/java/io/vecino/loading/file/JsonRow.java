package io.vecino.loading.file;

import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.PointId;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * A JSON object that is a point: an id, a vector as an array of numbers or as base64 of little-endian float32, an object
 * {@code payload}, and further fields that become payload if they are asked for.
 *
 * @param payload also holds the other fields that were asked for
 */
@SuppressWarnings("ArrayRecordComponent") // made for one row and passed along
record JsonRow(@Nullable PointId id, float @Nullable [] vector, Map<String, @Nullable Object> payload) {
    private static final String PAYLOAD = "payload";
    private static final int MAX_DEPTH = 32;
    private static final int FIRST_GROWTH = 64;

    /** Numbers that are none are let through: they are refused with the vector they are in. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(1 << 20)
                    .build())
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    /**
     * Reads a line.
     *
     * @throws BadRowException if it is no such object
     */
    static JsonRow read(byte[] bytes, int at, int length, ReadOptions options) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), bytes, at, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new BadRowException("line", "a JSON object", "something else");
            }
            JsonRow row = object(parser, options);
            if (parser.nextToken() != null) {
                throw new BadRowException("line", "one JSON object", "more behind it");
            }
            return row;
        } catch (JacksonException e) {
            throw new BadRowException("line", "well-formed JSON", String.valueOf(e.getOriginalMessage()));
        } catch (EngineException.InvalidArgument e) {
            throw new BadRowException(e.field(), e.expected(), e.got());
        }
    }

    private static JsonRow object(JsonParser parser, ReadOptions options) {
        PointId id = null;
        float[] vector = null;
        Map<String, @Nullable Object> payload = new LinkedHashMap<>();
        String idField = options.idColumn().orElse("id");
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            if (name.equals(idField)) {
                id = id(parser);
            } else if (name.equals(options.vectorColumn())) {
                vector = vector(parser);
            } else if (name.equals(PAYLOAD) && parser.currentToken() == JsonToken.START_OBJECT) {
                payload.putAll(map(parser));
            } else if (options.takes(name)) {
                payload.put(name, value(parser));
            } else {
                parser.skipChildren();
            }
        }
        return new JsonRow(id, vector, payload);
    }

    private static PointId id(JsonParser parser) {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return PointId.of(parser.getString());
        }
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            BigInteger value = parser.getBigIntegerValue();
            if (value.signum() >= 0 && value.bitLength() <= Long.SIZE) {
                return PointId.of(value.longValue());
            }
        }
        throw new BadRowException("id", "an unsigned 64-bit integer or a string", shown(parser));
    }

    private static float[] vector(JsonParser parser) {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return base64(parser.getString());
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw new BadRowException("vector", "an array of numbers or base64 of float32", shown(parser));
        }
        float[] values = new float[FIRST_GROWTH];
        int count = 0;
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token != JsonToken.VALUE_NUMBER_FLOAT && token != JsonToken.VALUE_NUMBER_INT) {
                throw new BadRowException("vector[" + count + "]", "a number", shown(parser));
            }
            if (count == CollectionConfig.MAX_DIMENSION) {
                throw new BadRowException("vector", "at most " + count + " values", "more");
            }
            if (count == values.length) {
                values = Arrays.copyOf(values, 2 * count);
            }
            values[count++] = parser.getFloatValue();
        }
        return Arrays.copyOf(values, count);
    }

    private static float[] base64(String text) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text)).order(ByteOrder.LITTLE_ENDIAN);
            if (bytes.remaining() % Float.BYTES != 0) {
                throw new BadRowException("vector", "base64 of float32", bytes.remaining() + " bytes");
            }
            float[] values = new float[bytes.remaining() / Float.BYTES];
            bytes.asFloatBuffer().get(values);
            return values;
        } catch (IllegalArgumentException e) {
            throw new BadRowException("vector", "base64", String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, @Nullable Object> map(JsonParser parser) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, value(parser));
        }
        return fields;
    }

    private static @Nullable Object value(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> map(parser);
            case START_ARRAY -> {
                List<@Nullable Object> values = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    values.add(value(parser));
                }
                yield values;
            }
            case VALUE_STRING -> parser.getString();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case VALUE_NUMBER_INT -> {
                if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                    throw new BadRowException("payload", "signed 64-bit integers", shown(parser));
                }
                yield parser.getLongValue();
            }
            case VALUE_NUMBER_FLOAT -> {
                double value = parser.getDoubleValue();
                if (!Double.isFinite(value)) {
                    throw new BadRowException("payload", "finite numbers", shown(parser));
                }
                yield value;
            }
            default -> throw new BadRowException("payload", "a JSON value", shown(parser));
        };
    }

    private static String shown(JsonParser parser) {
        String text = String.valueOf(parser.getString());
        return text.substring(0, Math.min(80, text.length()));
    }
}
