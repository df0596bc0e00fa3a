package io.vecino.payload;

import org.roaringbitmap.buffer.ImmutableRoaringBitmap;

/**
 * Ordinals that may match.
 *
 * @param exact whether all of them do; otherwise some may not, but every one that does is here
 */
public record Selection(ImmutableRoaringBitmap ordinals, boolean exact) {}
