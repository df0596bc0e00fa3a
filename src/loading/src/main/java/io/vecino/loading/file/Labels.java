package io.vecino.loading.file;

import io.vecino.model.Payload;
import io.vecino.model.PointId;

/** Ids and payloads of rows that are vectors only, in their order. For one thread. */
interface Labels extends AutoCloseable {
    /** What comes with a row. */
    sealed interface Found {}

    /** An id, and a payload that may be empty. */
    record Label(PointId id, Payload payload) implements Found {}

    /** Nothing that can be used. */
    record Unreadable(String reason) implements Found {}

    /** That of the next row, whose number is given. */
    Found next(long row);

    /** Passes over rows. */
    void skip(long rows);

    /** Refuses labels that are left over behind the last row. */
    void requireEnd(long rows);

    @Override
    void close();

    /** Row numbers, counted from a number. */
    static Labels numbers(long first) {
        return new Labels() {
            @Override
            public Found next(long row) {
                return new Label(PointId.of(first + row), Payload.EMPTY);
            }

            @Override
            public void skip(long rows) {}

            @Override
            public void requireEnd(long rows) {}

            @Override
            public void close() {}
        };
    }
}
