package io.vecino.quantization;

import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;

/**
 * A trained map from float32 rows to codes of equal size; immutable and thread-safe. All segments are native; codes lie
 * one after the other without padding.
 */
public interface Quantizer {
    /** Length of a row. */
    int dimension();

    /** Size of a code, per-vector constants included. */
    int bytesPerVector();

    /**
     * Encodes rows.
     *
     * @param rows count × dimension float32
     * @param codes count × bytesPerVector
     */
    void encode(MemorySegment rows, int count, MemorySegment codes);

    /**
     * Reconstructs rows.
     *
     * @param codes count × bytesPerVector
     * @param rows count × dimension float32
     */
    void decode(MemorySegment codes, int count, MemorySegment rows);

    /**
     * Binds a query; the scorer is for one thread, and valid as long as the query's segment.
     *
     * @param query dimension float32 values
     */
    QueryScorer scorer(MemorySegment query, Similarity similarity);

    /** The trained state, for {@link Quantizers#fromBytes}. */
    byte[] toBytes();
}
