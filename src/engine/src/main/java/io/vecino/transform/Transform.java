package io.vecino.transform;

import java.lang.foreign.MemorySegment;

/**
 * A trained map from vectors to shorter vectors; immutable and thread-safe. The score of a query and a point is
 * {@link #similarity} of their images, plus the point's bias if {@link #biased}. All segments are native float32 rows.
 */
public interface Transform {
    /** Length of a row before. */
    int inputDimension();

    /** Length of a row after. */
    int outputDimension();

    /** How images are compared. */
    Similarity similarity();

    /** Whether each point has a bias to be added to its score. */
    boolean biased();

    /** The score in a word, for reports: {@code cosine}, {@code l2}, {@code ip+correction}. */
    String scoreName();

    /** Method and outcome of the training in a few words, for reports. */
    String origin();

    /** The trained state; empty if there is none. */
    byte[] toBytes();

    /**
     * Maps points.
     *
     * @param rows count × inputDimension
     * @param out count × outputDimension
     * @param biases count values, written only if {@link #biased}
     */
    void points(MemorySegment rows, int count, MemorySegment out, MemorySegment biases);

    /**
     * Maps one query.
     *
     * @param query inputDimension values
     * @param out outputDimension values
     */
    void query(MemorySegment query, MemorySegment out);
}
