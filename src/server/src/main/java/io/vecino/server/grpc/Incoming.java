package io.vecino.server.grpc;

import com.google.protobuf.ByteString;
import io.vecino.api.v1.Payload;
import io.vecino.api.v1.PointIds;
import io.vecino.api.v1.Value;
import io.vecino.model.EngineException;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.server.work.SearchBounds;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Ids, vectors and payloads out of messages. Lengths of vectors and finite values are the engine's to check. */
final class Incoming {
    private static final int MAX_PAYLOAD_BYTES = 64 << 10;

    private Incoming() {}

    static PointId id(String field, io.vecino.api.v1.PointId id) {
        return switch (id.getIdCase()) {
            case NUMBER -> PointId.of(id.getNumber());
            case TEXT -> {
                try {
                    yield PointId.of(id.getText());
                } catch (EngineException.InvalidArgument e) {
                    throw new EngineException.InvalidArgument(field, e.expected(), e.got());
                }
            }
            case ID_NOT_SET -> throw new EngineException.InvalidArgument(field, "a number or a text", "nothing");
        };
    }

    static List<PointId> ids(String field, PointIds ids) {
        if (ids.getIdsCount() > SearchBounds.MAX_BATCH) {
            throw new EngineException.InvalidArgument(
                    field, "at most " + SearchBounds.MAX_BATCH + " entries", ids.getIdsCount() + " entries");
        }
        List<PointId> read = new ArrayList<>(ids.getIdsCount());
        for (int i = 0; i < ids.getIdsCount(); i++) {
            read.add(id(field + "[" + i + "]", ids.getIds(i)));
        }
        return read;
    }

    static float[] vector(String field, ByteString bytes) {
        if (bytes.size() % Float.BYTES != 0) {
            throw new EngineException.InvalidArgument(
                    field, "little-endian float32 values of 4 bytes", bytes.size() + " bytes");
        }
        float[] values = new float[bytes.size() / Float.BYTES];
        bytes.asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }

    static List<Point> points(List<io.vecino.api.v1.Point> points) {
        if (points.size() > SearchBounds.MAX_BATCH) {
            throw new EngineException.InvalidArgument(
                    "points", "1 to " + SearchBounds.MAX_BATCH + " entries", points.size() + " entries");
        }
        List<Point> read = new ArrayList<>(points.size());
        for (int i = 0; i < points.size(); i++) {
            String field = "points[" + i + "]";
            io.vecino.api.v1.Point point = points.get(i);
            read.add(new Point(
                    id(field + ".id", point.getId()),
                    vector(field + ".vector", point.getVector()),
                    payload(field + ".payload", point.getPayload()),
                    point.hasIfVersion()
                            ? OptionalLong.of(version(field + ".if_version", point.getIfVersion()))
                            : OptionalLong.empty()));
        }
        return read;
    }

    private static long version(String field, long version) {
        if (version < 0) {
            throw new EngineException.InvalidArgument(field, "0 to " + Long.MAX_VALUE, Long.toUnsignedString(version));
        }
        return version;
    }

    @SuppressWarnings("NullAway") // null annotations inside a record's component type do not reach its callers
    static io.vecino.model.Payload payload(String field, Payload payload) {
        if (payload.getFieldsCount() == 0) {
            return io.vecino.model.Payload.EMPTY;
        }
        if (payload.getSerializedSize() > MAX_PAYLOAD_BYTES) {
            throw new EngineException.InvalidArgument(
                    field,
                    "a payload of at most " + MAX_PAYLOAD_BYTES + " bytes",
                    payload.getSerializedSize() + " bytes");
        }
        try {
            return new io.vecino.model.Payload(object(field, payload));
        } catch (EngineException.InvalidArgument e) {
            throw e.field().startsWith(field) ? e : new EngineException.InvalidArgument(field, e.expected(), e.got());
        }
    }

    private static Map<String, @Nullable Object> object(String field, Payload payload) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        payload.getFieldsMap().forEach((name, value) -> fields.put(name, value(field + "." + name, value)));
        return fields;
    }

    private static @Nullable Object value(String field, Value value) {
        return switch (value.getKindCase()) {
            case NULL -> null;
            case BOOLEAN -> value.getBoolean();
            case INTEGER -> value.getInteger();
            case REAL -> {
                if (!Double.isFinite(value.getReal())) {
                    throw new EngineException.InvalidArgument(
                            field, "a finite number", String.valueOf(value.getReal()));
                }
                yield value.getReal();
            }
            case TEXT -> value.getText();
            case LIST -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (Value element : value.getList().getValuesList()) {
                    list.add(value(field + "[" + list.size() + "]", element));
                }
                yield list;
            }
            case OBJECT -> object(field, value.getObject());
            case KIND_NOT_SET -> throw new EngineException.InvalidArgument(field, "a value", "nothing");
        };
    }

    /** A text, number or boolean to compare with. */
    static Object scalar(String field, Value value) {
        return switch (value.getKindCase()) {
            case BOOLEAN -> value.getBoolean();
            case INTEGER -> value.getInteger();
            case REAL -> value.getReal();
            case TEXT -> value.getText();
            case NULL, LIST, OBJECT, KIND_NOT_SET ->
                throw new EngineException.InvalidArgument(
                        field,
                        "a text, a number, true or false",
                        value.getKindCase().name().toLowerCase(java.util.Locale.ROOT));
        };
    }
}
