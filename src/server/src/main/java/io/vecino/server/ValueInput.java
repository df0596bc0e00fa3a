package io.vecino.server;

import io.vecino.model.EngineException;
import io.vecino.model.PointId;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.InputCoercionException;

/** Ids and vectors out of JSON, without an object per number. */
final class ValueInput {
    private static final int FIRST_GROWTH = 64;

    private ValueInput() {}

    /** An unsigned 64-bit number, or a string that is a UUID or any other text. */
    static PointId id(JsonInput in) {
        JsonParser parser = in.parser();
        return switch (parser.currentToken()) {
            case VALUE_STRING -> {
                String text = in.text();
                try {
                    yield PointId.of(text);
                } catch (EngineException.InvalidArgument e) {
                    throw in.invalid(e.expected(), e.got());
                }
            }
            case VALUE_NUMBER_INT -> PointId.of(unsigned(in, parser));
            default -> throw notAnId(in);
        };
    }

    private static long unsigned(JsonInput in, JsonParser parser) {
        if (parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            long value = parser.getLongValue();
            if (value < 0) {
                throw notAnId(in);
            }
            return value;
        }
        BigInteger value = parser.getBigIntegerValue();
        if (value.signum() < 0 || value.bitLength() > Long.SIZE) {
            throw notAnId(in);
        }
        return value.longValue();
    }

    private static RuntimeException notAnId(JsonInput in) {
        return in.invalid("an unsigned 64-bit integer or a string", in.got());
    }

    /** As many finite values as the collection has dimensions: an array, or base64 of little-endian float32. */
    static float[] vector(JsonInput in, int dimension) {
        return switch (in.parser().currentToken()) {
            case START_ARRAY -> numbers(in, dimension);
            case VALUE_STRING -> base64(in, dimension);
            default -> throw in.invalid("an array of " + dimension + " numbers or base64 of float32", in.got());
        };
    }

    private static float[] numbers(JsonInput in, int dimension) {
        JsonParser parser = in.parser();
        float[] values = new float[Math.min(dimension, FIRST_GROWTH)];
        int count = 0;
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (count < dimension) {
                if (count == values.length) {
                    values = Arrays.copyOf(values, Math.min(dimension, 4 * count));
                }
                values[count] = finite(in, parser, token);
            } else {
                finite(in, parser, token);
            }
            count++;
        }
        if (count != dimension) {
            throw in.invalid(dimension + " values", String.valueOf(count));
        }
        return values;
    }

    private static float finite(JsonInput in, JsonParser parser, JsonToken token) {
        if (token != JsonToken.VALUE_NUMBER_FLOAT && token != JsonToken.VALUE_NUMBER_INT) {
            throw in.invalid("a number", in.got());
        }
        float value;
        try {
            value = parser.getFloatValue();
        } catch (InputCoercionException _) {
            throw in.invalid("a finite float32", in.got());
        }
        if (!Float.isFinite(value)) {
            throw in.invalid("a finite float32", in.got());
        }
        return value;
    }

    private static float[] base64(JsonInput in, int dimension) {
        byte[] bytes;
        try {
            bytes = in.parser().getBinaryValue();
        } catch (JacksonException _) {
            throw in.invalid("base64 of little-endian float32", "other text");
        }
        if (bytes.length != (long) dimension * Float.BYTES) {
            throw bytes.length % Float.BYTES == 0
                    ? in.invalid(dimension + " values", String.valueOf(bytes.length / Float.BYTES))
                    : in.invalid(dimension + " values of 4 bytes", bytes.length + " bytes");
        }
        float[] values = new float[dimension];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        for (int i = 0; i < dimension; i++) {
            if (!Float.isFinite(values[i])) {
                throw in.invalid("finite float32 values", values[i] + " at " + i);
            }
        }
        return values;
    }
}
