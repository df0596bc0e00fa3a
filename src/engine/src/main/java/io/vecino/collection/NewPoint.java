package io.vecino.collection;

import io.vecino.model.PointId;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A valid point, ready to be written.
 *
 * @param key in the store
 * @param vector as the user sent it
 * @param compared the same as it is compared
 * @param payload encoded
 * @param fields of the payload that are indexed
 * @param stored whether the store has this very vector already
 * @param ifVersion the version that the point must have, 0 for none; empty if any will do
 */
@SuppressWarnings("ArrayRecordComponent") // made for one write and passed along
record NewPoint(
        PointId id,
        byte[] key,
        float[] vector,
        float[] compared,
        byte[] payload,
        @Nullable Object[] fields,
        boolean stored,
        OptionalLong ifVersion) {}
