package io.vecino.model;

/**
 * An acknowledged write.
 *
 * @param points how many points were stored or removed
 * @param version sequence number of the write; 0 if nothing changed
 */
public record WriteResult(int points, long version) {}
