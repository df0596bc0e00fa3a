package io.vecino.collection;

import io.vecino.model.PointId;

/**
 * A point that was found.
 *
 * @param score of its original vector, greater is closer
 */
public record Found(PointId id, float score) {}
