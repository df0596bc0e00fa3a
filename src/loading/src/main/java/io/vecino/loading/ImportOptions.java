package io.vecino.loading;

import io.vecino.model.EngineException;

/**
 * How points are loaded.
 *
 * @param batchBytes of vectors that are written and acknowledged together
 * @param parallel batches on their way at the same time
 * @param limit rows to read at most
 * @param skipBad whether rows that are no valid points are rejected one by one instead of ending the import
 */
public record ImportOptions(int batchBytes, int parallel, long limit, boolean skipBad) {
    /** Batches of 4 MiB, two at a time, all rows, ending at the first bad one. */
    public static final ImportOptions DEFAULT = new ImportOptions(4 << 20, 2, Long.MAX_VALUE, false);

    public ImportOptions {
        require("batchBytes", batchBytes >= 1 && batchBytes <= 256 << 20, "1 to 256 MiB", batchBytes);
        require("parallel", parallel >= 1 && parallel <= 64, "1 to 64", parallel);
        require("limit", limit >= 0, "at least 0", limit);
    }

    private static void require(String field, boolean holds, String expected, long got) {
        if (!holds) {
            throw new EngineException.InvalidArgument(field, expected, String.valueOf(got));
        }
    }

    /** The same with another limit and treatment of bad rows. */
    public ImportOptions with(long rows, boolean skip) {
        return new ImportOptions(batchBytes, parallel, rows, skip);
    }
}
