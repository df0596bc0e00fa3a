package io.vecino.index;

/** Which ordinals of a segment a search may return. */
@FunctionalInterface
public interface OrdinalFilter {
    /** Every one. */
    OrdinalFilter ALL = _ -> true;

    /** Whether the ordinal may be returned. */
    boolean accepts(int ordinal);
}
