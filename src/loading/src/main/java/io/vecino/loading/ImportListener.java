package io.vecino.loading;

import io.vecino.loading.file.Row;

/** Told how far an import has come, on the thread that runs it. */
@FunctionalInterface
public interface ImportListener {
    /** Tells nobody. */
    ImportListener NONE = (_, _, _) -> {};

    /**
     * More rows are acknowledged.
     *
     * @param rows of the file that are done with, from its beginning on
     * @param offset bytes of the file that were read
     * @param rejected of the rows
     */
    void at(long rows, long offset, long rejected);

    /** A row was rejected. */
    default void rejected(Row.Bad row) {}
}
