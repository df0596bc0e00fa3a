package io.vecino.loading;

import io.vecino.model.Metric;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import java.util.List;
import java.util.OptionalLong;

/** A collection that points are loaded into. Thread-safe. */
public interface LoadTarget {
    /** How many values a vector has. */
    int dimension();

    Metric metric();

    /**
     * Stores points, all or nothing; durable as the collection is configured when it returns.
     *
     * @return version of the points
     * @throws io.vecino.model.EngineException.InvalidArgument with a field {@code points[i]…} if a point is not valid
     */
    long upsert(List<Point> points);

    /** The version of a stored point; empty if it is not there. */
    OptionalLong version(PointId id);
}
