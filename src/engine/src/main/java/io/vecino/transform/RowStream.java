package io.vecino.transform;

import java.util.function.Consumer;

/** Rows that come block by block; a block is valid until the next one. */
@FunctionalInterface
public interface RowStream {
    /** Shows all rows once. */
    void forEachBlock(Consumer<Rows> consumer);
}
