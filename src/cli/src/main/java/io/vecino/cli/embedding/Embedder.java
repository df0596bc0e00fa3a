package io.vecino.cli.embedding;

import java.util.List;
import java.util.function.LongConsumer;

/** Turns texts into unit vectors whose inner product tells how close two texts are in meaning. */
public interface Embedder extends AutoCloseable {
    /** What distinguishes these vectors from another model's. */
    String model();

    /** Length of each vector. */
    int dimension();

    /**
     * One vector per text, in the order of the texts.
     *
     * @param done told how many more texts are done, from any thread
     */
    List<float[]> embed(List<String> texts, LongConsumer done);

    @Override
    void close();
}
