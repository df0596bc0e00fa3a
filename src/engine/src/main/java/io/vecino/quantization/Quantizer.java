package io.vecino.quantization;

import io.vecino.storage.Scratch;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;

/**
 * A trained map from float32 rows to codes of equal size, for one similarity; immutable and thread-safe. All segments are
 * native; codes lie one after the other without padding.
 */
public interface Quantizer {
    /** Length of a row. */
    int dimension();

    /** Size of a code, per-vector constants included. */
    int bytesPerVector();

    /** How rows are compared; scorers estimate it. */
    Similarity similarity();

    /**
     * Encodes rows.
     *
     * @param rows count × dimension float32, finite
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
     * Binds float32 queries (asymmetric scoring). The scorer is for one thread, and valid until the scratch is closed.
     *
     * @param queries queryCount × dimension float32
     */
    QueryScorer scorer(MemorySegment queries, int queryCount, Scratch scratch);

    /** Binds one query. */
    default QueryScorer scorer(MemorySegment query, Scratch scratch) {
        return scorer(query, 1, scratch);
    }

    /**
     * Binds codes as queries (symmetric scoring): a code stands for its reconstruction.
     *
     * @param codes codeCount × bytesPerVector
     */
    default QueryScorer codeScorer(MemorySegment codes, int codeCount, Scratch scratch) {
        MemorySegment rows = scratch.floats((long) codeCount * dimension());
        decode(codes, codeCount, rows);
        return scorer(rows, codeCount, scratch);
    }

    /** How codes are laid out where they are scanned: one after the other, unless the quantizer says otherwise. */
    default Storage storage() {
        return new Storage.InRows(bytesPerVector());
    }

    /**
     * Binds queries to runs of stored codes.
     *
     * @param queries queryCount × dimension float32
     * @param mostCodes the longest run that will be looked at
     * @return valid until the scratch is closed
     */
    default CodeScan scan(MemorySegment queries, int queryCount, int mostCodes, Scratch scratch) {
        return new ExactScan(scorer(queries, queryCount, scratch), queryCount, mostCodes, scratch);
    }

    /** The trained state with version and checksum, for {@link Quantizers#fromBytes}. */
    byte[] toBytes();
}
