package io.vecino.model;

/** Told how far a long task has come, on the thread that does it. */
@FunctionalInterface
public interface ProgressListener {
    /** Tells nobody. */
    ProgressListener NONE = (_, _) -> {};

    /**
     * Some more is done.
     *
     * @param task what is being done, in a few words
     * @param share of it that is done, 0 to 1
     */
    void at(String task, double share);
}
