package io.vecino.cli;

import io.vecino.loading.file.Format;
import io.vecino.loading.file.ReadOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a file of points is read. */
final class FileOptions {
    @Option(
            names = "--format",
            description = "npy, fvecs, bvecs, ivecs, hdf5, parquet, jsonl or csv; default: told by content.")
    private @Nullable String format;

    @Option(
            names = "--ids",
            paramLabel = "FILE",
            description =
                    "An id per row: .npy of integers, a line of text each, or a JSON object each with id and payload.")
    private @Nullable Path ids;

    @Option(
            names = "--first-id",
            defaultValue = "0",
            description =
                    "Id of the first row where there are none; the next ones count on (default: ${DEFAULT-VALUE}).")
    private long firstId;

    @Option(
            names = "--id-column",
            paramLabel = "NAME",
            description = "Field that is the id (default: id, if there is one).")
    private @Nullable String idColumn;

    @Option(
            names = "--vector-column",
            paramLabel = "NAME",
            defaultValue = "vector",
            description =
                    "Field that is the vector (default: ${DEFAULT-VALUE}; of Parquet also the only list of numbers).")
    private String vectorColumn = "vector";

    @Option(
            names = "--payload-columns",
            paramLabel = "NAMES",
            split = ",",
            description = "Further fields that become payload, or * for all.")
    private List<String> payloadColumns = List.of();

    @Option(
            names = "--dataset",
            paramLabel = "PATH",
            defaultValue = "train",
            description = "Matrix in an HDF5 file (default: ${DEFAULT-VALUE}).")
    private String dataset = "train";

    ReadOptions options() {
        return new ReadOptions(
                Optional.ofNullable(format).map(Format::parse),
                Optional.ofNullable(ids),
                firstId,
                Optional.ofNullable(idColumn),
                vectorColumn,
                payloadColumns,
                dataset);
    }
}
