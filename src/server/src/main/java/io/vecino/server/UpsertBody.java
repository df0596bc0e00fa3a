package io.vecino.server;

import io.vecino.model.Payload;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.server.work.SearchBounds;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** {@code {"points":[{"id", "vector", "payload"?, "if_version"?}]}}. */
final class UpsertBody {
    private final int dimension;
    private @Nullable List<Point> points;

    private UpsertBody(int dimension) {
        this.dimension = dimension;
    }

    static List<Point> read(JsonInput json, int dimension) {
        return json.document(in -> {
            UpsertBody body = new UpsertBody(dimension);
            in.object(name -> body.field(in, name));
            return in.present(body.points, "points", "an array of points");
        });
    }

    private boolean field(JsonInput in, String name) {
        if (name.equals("points")) {
            points = in.array(SearchBounds.MAX_BATCH, this::point);
            return true;
        }
        return false;
    }

    private Point point(JsonInput in) {
        PointFields fields = new PointFields(dimension);
        in.object(name -> fields.field(in, name));
        return new Point(
                in.present(fields.id, "id", "an id"),
                in.present(fields.vector, "vector", dimension + " values"),
                fields.payload,
                fields.ifVersion);
    }

    private static final class PointFields {
        private final int dimension;
        private @Nullable PointId id;
        private float @Nullable [] vector;
        private Payload payload = Payload.EMPTY;
        private OptionalLong ifVersion = OptionalLong.empty();

        PointFields(int dimension) {
            this.dimension = dimension;
        }

        boolean field(JsonInput in, String name) {
            switch (name) {
                case "id" -> id = ValueInput.id(in);
                case "vector" -> vector = ValueInput.vector(in, dimension);
                case "if_version" -> ifVersion = OptionalLong.of(in.version());
                case "payload" -> payload = PayloadInput.read(in);
                default -> {
                    return false;
                }
            }
            return true;
        }
    }
}
