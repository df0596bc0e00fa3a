package io.vecino.model;

/**
 * A point to store. The vector is not copied: the caller must not change it until the call it is passed to returns.
 *
 * @param vector as many finite float32 values as the collection has dimensions
 */
@SuppressWarnings("ArrayRecordComponent") // a copy per point would double the cost of bulk loading
public record Point(PointId id, float[] vector, Payload payload) {}
