package io.vecino.model;

/**
 * Work on a collection in the background.
 *
 * @param kind {@code seal}, {@code merge}, {@code optimize}, {@code apply} or {@code undo}
 * @param progress 0 to 1: the share of the points that are encoded
 */
public record BackgroundJob(String kind, double progress) {}
