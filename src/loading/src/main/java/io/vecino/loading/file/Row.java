package io.vecino.loading.file;

import io.vecino.model.Point;

/** One row of a file. */
public sealed interface Row {
    /** Its number in the file, from 0. */
    long number();

    /** A row that is a point. */
    record Good(long number, Point point) implements Row {}

    /**
     * A row that is none, in a file that can be read on behind it.
     *
     * @param reason what was expected and what was there
     */
    record Bad(long number, String reason) implements Row {}
}
