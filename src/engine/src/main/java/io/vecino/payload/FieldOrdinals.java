package io.vecino.payload;

import io.vecino.model.Filter;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;

/**
 * Which ordinals have what of a field.
 *
 * @param present a value that is not null
 * @param arrays an array
 * @param others a value, or an element, that the index does not hold
 */
record FieldOrdinals(ImmutableRoaringBitmap present, ImmutableRoaringBitmap arrays, ImmutableRoaringBitmap others) {
    /**
     * The answer to a condition other than {@code exists}.
     *
     * @param hits ordinals of which a value that the index holds meets it
     * @param exact whether all of the hits do
     */
    Selection answer(Filter.Condition condition, ImmutableRoaringBitmap hits, boolean exact) {
        ImmutableRoaringBitmap found = others.isEmpty() ? hits : ImmutableRoaringBitmap.or(hits, others);
        if (condition instanceof Filter.Contains) {
            found = ImmutableRoaringBitmap.and(found, arrays);
        }
        return new Selection(found, exact && others.isEmpty());
    }
}
