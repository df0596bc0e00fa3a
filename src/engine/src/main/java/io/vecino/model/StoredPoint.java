package io.vecino.model;

/**
 * A point as stored.
 *
 * @param vector the original vector, bit for bit; owned by the caller
 * @param version sequence number of the write that stored it; grows with every write to the collection
 */
@SuppressWarnings("ArrayRecordComponent") // freshly decoded for each call, shared with nobody
public record StoredPoint(PointId id, float[] vector, Payload payload, long version) {}
