package io.vecino.model;

/**
 * Work on a collection in the background.
 *
 * @param kind {@code seal}, {@code merge} or {@code optimize}
 * @param progress 0 to 1: the share of the points that are encoded
 */
public record BackgroundJob(String kind, double progress) {}
