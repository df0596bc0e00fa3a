package io.vecino.model;

import org.jspecify.annotations.Nullable;

/**
 * One hit of a search.
 *
 * @param score in the user's terms: inner product or cosine (greater is closer), Euclidean distance (smaller is closer)
 * @param payload null unless asked for
 * @param vector null unless asked for
 */
@SuppressWarnings("ArrayRecordComponent") // freshly decoded for each call, shared with nobody
public record ScoredPoint(PointId id, float score, @Nullable Payload payload, float @Nullable [] vector) {}
