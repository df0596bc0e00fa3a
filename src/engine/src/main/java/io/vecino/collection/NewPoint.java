package io.vecino.collection;

import io.vecino.model.PointId;

/**
 * A valid point, ready to be written.
 *
 * @param key in the store
 * @param vector as the user sent it
 * @param compared the same as it is compared
 * @param payload encoded
 */
@SuppressWarnings("ArrayRecordComponent") // made for one write and passed along
record NewPoint(PointId id, byte[] key, float[] vector, float[] compared, byte[] payload) {}
