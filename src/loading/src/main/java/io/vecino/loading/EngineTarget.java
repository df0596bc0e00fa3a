package io.vecino.loading;

import io.vecino.EngineCollection;
import io.vecino.model.Metric;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import java.util.List;
import java.util.OptionalLong;

/** A collection of an engine in this process. */
public record EngineTarget(EngineCollection collection) implements LoadTarget {
    @Override
    public int dimension() {
        return collection.config().dimension();
    }

    @Override
    public Metric metric() {
        return collection.config().metric();
    }

    @Override
    public long upsert(List<Point> points) {
        return collection.upsert(points).version();
    }

    @Override
    public OptionalLong version(PointId id) {
        return collection.get(id).map(point -> OptionalLong.of(point.version())).orElse(OptionalLong.empty());
    }
}
