package io.vecino.model;

import java.time.Instant;

/**
 * A snapshot of a collection.
 *
 * @param collection what it is a snapshot of
 * @param points that it holds
 * @param bytes of all its files
 * @param added of these, bytes that it does not share with a snapshot that was there before
 */
public record SnapshotInfo(String collection, String name, Instant created, long points, long bytes, long added) {}
