package io.vecino.server.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.vecino.api.v1.Payload;
import io.vecino.api.v1.PointId;
import io.vecino.api.v1.ScoredPoint;
import io.vecino.api.v1.StoredPoint;
import io.vecino.api.v1.Value;
import io.vecino.api.v1.Values;
import io.vecino.api.v1.WriteReply;
import io.vecino.model.ScrollPage;
import io.vecino.model.WriteResult;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Points and what belongs to them as messages. */
final class Outgoing {
    private static final Value NULL =
            Value.newBuilder().setNull(Value.Null.getDefaultInstance()).build();

    private Outgoing() {}

    static PointId id(io.vecino.model.PointId id) {
        PointId.Builder to = PointId.newBuilder();
        switch (id) {
            case io.vecino.model.PointId.Numeric(long value) -> to.setNumber(value);
            case io.vecino.model.PointId.Uuid _, io.vecino.model.PointId.Text _ -> to.setText(id.toString());
        }
        return to.build();
    }

    static ByteString vector(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return UnsafeByteOperations.unsafeWrap(bytes.order(ByteOrder.BIG_ENDIAN));
    }

    static Payload payload(io.vecino.model.Payload payload) {
        return object(payload.fields());
    }

    private static Payload object(Map<?, ?> fields) {
        Payload.Builder to = Payload.newBuilder();
        fields.forEach((name, value) -> to.putFields(String.valueOf(name), value(value)));
        return to.build();
    }

    private static Value value(@Nullable Object value) {
        return switch (value) {
            case null -> NULL;
            case Boolean b -> Value.newBuilder().setBoolean(b).build();
            case Long l -> Value.newBuilder().setInteger(l).build();
            case Double d -> Value.newBuilder().setReal(d).build();
            case String s -> Value.newBuilder().setText(s).build();
            case List<?> list -> {
                Values.Builder values = Values.newBuilder();
                list.forEach(element -> values.addValues(value(element)));
                yield Value.newBuilder().setList(values).build();
            }
            case Map<?, ?> map -> Value.newBuilder().setObject(object(map)).build();
            default ->
                throw new IllegalStateException(
                        "a payload cannot hold a " + value.getClass().getName());
        };
    }

    static StoredPoint stored(
            io.vecino.model.PointId id, io.vecino.model.Payload payload, long version, float @Nullable [] vector) {
        StoredPoint.Builder to = StoredPoint.newBuilder()
                .setId(id(id))
                .setPayload(payload(payload))
                .setVersion(version);
        if (vector != null) {
            to.setVector(vector(vector));
        }
        return to.build();
    }

    static io.vecino.api.v1.ScrollPage page(ScrollPage page) {
        io.vecino.api.v1.ScrollPage.Builder to = io.vecino.api.v1.ScrollPage.newBuilder();
        for (ScrollPage.Entry point : page.points()) {
            to.addPoints(stored(point.id(), point.payload(), point.version(), point.vector()));
        }
        if (page.next() != null) {
            to.setNext(id(page.next()));
        }
        return to.build();
    }

    static ScoredPoint scored(io.vecino.model.ScoredPoint hit) {
        ScoredPoint.Builder to = ScoredPoint.newBuilder().setId(id(hit.id())).setScore(hit.score());
        if (hit.payload() != null) {
            to.setPayload(payload(hit.payload()));
        }
        if (hit.vector() != null) {
            to.setVector(vector(hit.vector()));
        }
        return to.build();
    }

    static WriteReply written(WriteResult result) {
        return WriteReply.newBuilder()
                .setPoints(result.points())
                .setVersion(result.version())
                .build();
    }
}
