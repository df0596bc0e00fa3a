package io.vecino.model;

/** Told of each measurement of a watched collection, on the thread that measured. */
@FunctionalInterface
public interface RecallListener {
    /** A measurement has ended. */
    void measured(String collection, RecallSample sample);
}
