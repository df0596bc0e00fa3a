package io.vecino.model;

import java.util.OptionalLong;

/**
 * A point to store. The vector is not copied: the caller must not change it until the call it is passed to returns.
 *
 * @param vector as many finite float32 values as the collection has dimensions
 * @param ifVersion the version that the stored point must have, 0 for a point that must not be there; empty if any will do
 */
@SuppressWarnings("ArrayRecordComponent") // a copy per point would double the cost of bulk loading
public record Point(PointId id, float[] vector, Payload payload, OptionalLong ifVersion) {
    /** Whatever is stored under the id now. */
    public Point(PointId id, float[] vector, Payload payload) {
        this(id, vector, payload, OptionalLong.empty());
    }

    /** The same, on condition. */
    public Point ifVersion(long version) {
        return new Point(id, vector, payload, OptionalLong.of(version));
    }
}
