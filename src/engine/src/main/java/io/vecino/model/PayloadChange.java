package io.vecino.model;

import java.util.List;

/** What becomes of payloads. */
public sealed interface PayloadChange {
    /** They are replaced. */
    record Set(Payload payload) implements PayloadChange {}

    /** Fields are added or replaced; others stay. */
    record Merge(Payload payload) implements PayloadChange {}

    /** @param fields to remove; all of them if there are none */
    record Clear(List<String> fields) implements PayloadChange {
        public Clear {
            fields = List.copyOf(fields);
        }
    }
}
