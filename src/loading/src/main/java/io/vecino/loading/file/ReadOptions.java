package io.vecino.loading.file;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What of a file is read, and how.
 *
 * @param format guessed by content if empty
 * @param ids a file with one id per row beside the vectors, and payloads if it is JSONL
 * @param firstId id of row 0 where neither file nor {@code ids} give any; the following count on
 * @param idColumn name of the field that is the id; {@code id} if empty and there is one
 * @param vectorColumn name of the field that is the vector
 * @param payloadColumns names of further fields that become payload; {@code *} for all
 * @param dataset path of the matrix in an HDF5 file
 */
public record ReadOptions(
        Optional<Format> format,
        Optional<Path> ids,
        long firstId,
        Optional<String> idColumn,
        String vectorColumn,
        List<String> payloadColumns,
        String dataset) {
    /** All other fields. */
    static final String ALL = "*";

    /** Format by content, ids from the file or else row numbers, vectors in {@code vector} or {@code train}. */
    public static final ReadOptions DEFAULT =
            new ReadOptions(Optional.empty(), Optional.empty(), 0, Optional.empty(), "vector", List.of(), "train");

    public ReadOptions {
        payloadColumns = List.copyOf(payloadColumns);
    }

    /** The same for a given format. */
    public ReadOptions with(Format given) {
        return new ReadOptions(Optional.of(given), ids, firstId, idColumn, vectorColumn, payloadColumns, dataset);
    }

    /** The same with a file of ids. */
    public ReadOptions withIds(Path file) {
        return new ReadOptions(format, Optional.of(file), firstId, idColumn, vectorColumn, payloadColumns, dataset);
    }

    /** The same with names of columns. */
    public ReadOptions withColumns(Optional<String> id, String vector, List<String> payload) {
        return new ReadOptions(format, ids, firstId, id, vector, payload, dataset);
    }

    /** The same with another dataset. */
    public ReadOptions withDataset(String path) {
        return new ReadOptions(format, ids, firstId, idColumn, vectorColumn, payloadColumns, path);
    }

    /** Whether a field that is neither id nor vector becomes payload. */
    boolean takes(String field) {
        return payloadColumns.contains(ALL) || payloadColumns.contains(field);
    }
}
