package io.vecino.model;

import java.util.List;

/** Which points an operation is for. */
public sealed interface Selector {
    /** @param ids 1 to 10,000; those that are not there are ignored */
    record Ids(List<PointId> ids) implements Selector {
        public Ids {
            ids = List.copyOf(ids);
        }
    }

    /** Every point that meets the filter at the moment of the operation. */
    record Matching(Filter filter) implements Selector {
        public Matching {
            Filter.checked(filter);
        }
    }
}
