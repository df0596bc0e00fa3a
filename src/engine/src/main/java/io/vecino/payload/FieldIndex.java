package io.vecino.payload;

import io.vecino.model.Filter;

/** Finds the ordinals whose value of one field meets a condition. */
public interface FieldIndex {
    /** The ordinals for which {@link FilterMatch#holds} is true. */
    Selection select(Filter.Condition condition);
}
