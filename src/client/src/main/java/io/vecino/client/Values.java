package io.vecino.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.vecino.api.v1.Payload;
import io.vecino.api.v1.Point;
import io.vecino.api.v1.PointId;
import io.vecino.api.v1.Query;
import io.vecino.api.v1.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Java's values as the messages of the interface, and back. */
public final class Values {
    private static final Value NULL =
            Value.newBuilder().setNull(Value.Null.getDefaultInstance()).build();

    private Values() {}

    /** An unsigned 64-bit id. */
    public static PointId id(long number) {
        return PointId.newBuilder().setNumber(number).build();
    }

    /** An id of 1 to 255 bytes of UTF-8. */
    public static PointId id(String text) {
        return PointId.newBuilder().setText(text).build();
    }

    public static PointId id(UUID uuid) {
        return id(uuid.toString());
    }

    /** A vector as little-endian float32. */
    public static ByteString vector(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    /** The other way round. */
    public static float[] floats(ByteString vector) {
        float[] values = new float[vector.size() / Float.BYTES];
        vector.asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }

    /** A point without payload. */
    public static Point point(PointId id, float[] vector) {
        return Point.newBuilder().setId(id).setVector(vector(vector)).build();
    }

    /** A point with a payload as of {@link #payload}. */
    public static Point point(PointId id, float[] vector, Map<String, ?> payload) {
        return Point.newBuilder()
                .setId(id)
                .setVector(vector(vector))
                .setPayload(payload(payload))
                .build();
    }

    /** The k nearest to a vector; its builder says more. */
    public static Query query(float[] vector, int k) {
        return Query.newBuilder().setVector(vector(vector)).setK(k).build();
    }

    /** The k nearest to a stored point. */
    public static Query query(PointId near, int k) {
        return Query.newBuilder().setId(near).setK(k).build();
    }

    /** @param fields values as of {@link #value} */
    public static Payload payload(Map<?, ?> fields) {
        Payload.Builder to = Payload.newBuilder();
        fields.forEach((name, value) -> to.putFields(String.valueOf(name), value(value)));
        return to.build();
    }

    /**
     * One value.
     *
     * @param value null, a boolean, a number, a text, a list or a map of these
     * @throws IllegalArgumentException for anything else
     */
    public static Value value(@Nullable Object value) {
        return switch (value) {
            case null -> NULL;
            case Boolean b -> Value.newBuilder().setBoolean(b).build();
            case Long n -> Value.newBuilder().setInteger(n).build();
            case Integer n -> Value.newBuilder().setInteger(n).build();
            case Short n -> Value.newBuilder().setInteger(n).build();
            case Byte n -> Value.newBuilder().setInteger(n).build();
            case Double d -> Value.newBuilder().setReal(d).build();
            case Float f -> Value.newBuilder().setReal(f).build();
            case CharSequence text ->
                Value.newBuilder().setText(text.toString()).build();
            case UUID uuid -> Value.newBuilder().setText(uuid.toString()).build();
            case List<?> list -> {
                io.vecino.api.v1.Values.Builder values = io.vecino.api.v1.Values.newBuilder();
                list.forEach(element -> values.addValues(value(element)));
                yield Value.newBuilder().setList(values).build();
            }
            case Map<?, ?> map -> Value.newBuilder().setObject(payload(map)).build();
            default ->
                throw new IllegalArgumentException("expected null, a boolean, a number, a text, a list or a map, got a "
                        + value.getClass().getName());
        };
    }

    /** A payload as a map of nulls, booleans, longs, doubles, texts, lists and maps. */
    public static Map<String, @Nullable Object> map(Payload payload) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        payload.getFieldsMap().forEach((name, value) -> map.put(name, object(value)));
        return map;
    }

    private static @Nullable Object object(Value value) {
        return switch (value.getKindCase()) {
            case NULL, KIND_NOT_SET -> null;
            case BOOLEAN -> value.getBoolean();
            case INTEGER -> value.getInteger();
            case REAL -> value.getReal();
            case TEXT -> value.getText();
            case LIST ->
                value.getList().getValuesList().stream().map(Values::object).toList();
            case OBJECT -> map(value.getObject());
        };
    }
}
