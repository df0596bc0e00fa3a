package io.vecino.collection;

import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.Selector;
import io.vecino.payload.FieldSchema;
import io.vecino.payload.PayloadCodec;
import io.vecino.storage.PointKey;
import io.vecino.transform.Similarity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks requests before anything is applied. */
final class Requests {
    static final int MAX_BATCH = 10_000;

    private Requests() {}

    /** A batch of points, all valid and with distinct ids. */
    static List<NewPoint> points(CollectionConfig config, FieldSchema schema, List<Point> points) {
        batch("points", points.size());
        List<NewPoint> rows = new ArrayList<>(points.size());
        Set<PointId> seen = new HashSet<>(2 * points.size());
        for (int i = 0; i < points.size(); i++) {
            Point point = points.get(i);
            String field = "points[" + i + "]";
            if (!seen.add(point.id())) {
                throw new EngineException.InvalidArgument(
                        field + ".id", "an id that occurs once in the batch", point.id() + " again");
            }
            vector(config, field + ".vector", point.vector());
            byte[] payload = PayloadCodec.encode(point.payload(), field + ".payload");
            rows.add(new NewPoint(
                    point.id(),
                    PointKey.encode(point.id()),
                    point.vector(),
                    Similarity.prepare(config.metric(), point.vector()),
                    payload,
                    schema.extract(point.payload()),
                    false,
                    point.ifVersion()));
        }
        return rows;
    }

    static void batch(String field, int size) {
        if (size < 1 || size > MAX_BATCH) {
            throw new EngineException.InvalidArgument(field, "1 to " + MAX_BATCH + " entries", size + " entries");
        }
    }

    static void selector(Selector selector) {
        if (selector instanceof Selector.Ids(List<PointId> ids)) {
            batch("ids", ids.size());
        }
    }

    static void vector(CollectionConfig config, String field, float[] vector) {
        if (vector.length != config.dimension()) {
            throw new EngineException.InvalidArgument(field, config.dimension() + " values", vector.length + " values");
        }
        boolean zero = true;
        for (int i = 0; i < vector.length; i++) {
            if (!Float.isFinite(vector[i])) {
                throw new EngineException.InvalidArgument(
                        field + "[" + i + "]", "a finite float32", String.valueOf(vector[i]));
            }
            zero &= vector[i] == 0;
        }
        if (zero && config.metric() == Metric.COSINE) {
            throw new EngineException.InvalidArgument(
                    field, "a vector with a direction, as metric cosine needs", "all zeros");
        }
    }
}
