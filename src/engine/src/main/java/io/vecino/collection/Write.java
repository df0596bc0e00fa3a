package io.vecino.collection;

/** A change of a collection, decided when it is its turn. */
interface Write {
    /**
     * Stages all of the change, or nothing and throws.
     *
     * @param state as of the writes already committed; those staged before this one are known to the transaction
     * @return points stored or removed
     */
    int stage(Transaction transaction, Snapshot state);

    /** Whether it reads {@code state}, so that the writes before it must be committed first. */
    default boolean alone() {
        return false;
    }
}
