package io.vecino.loading.file;

import io.vecino.model.EngineException;
import io.vecino.model.Payload;
import io.vecino.model.PointId;
import java.nio.file.Path;

/**
 * Writes points to a file that has its name only once {@link #finish} returns; closed before, nothing is left. For one
 * thread.
 */
public interface PointWriter extends AutoCloseable {
    /** Ending of the name of the file with ids and payloads beside one that holds vectors only. */
    String BESIDE = ".points.jsonl";

    /**
     * Appends a point.
     *
     * @throws EngineException.InvalidArgument if the format cannot hold it beside the points before
     */
    void write(PointId id, float[] vector, Payload payload);

    /** Makes the file durable under its name. */
    void finish();

    @Override
    void close();

    /**
     * Starts a file. Npy and fvecs hold vectors only; ids and payloads go to a file of JSON lines beside it, which is read
     * as its ids. JSON lines are packed if the name ends in {@code .gz} or {@code .zst}.
     *
     * @throws EngineException.InvalidArgument if the format is not written
     */
    static PointWriter create(Path path, Format format, int dimension) {
        return switch (format) {
            case NPY, FVECS -> new MatrixWriter(path, format, dimension);
            case JSONL -> new JsonlWriter(path, true);
            case PARQUET -> new ParquetPointWriter(path);
            default -> throw new EngineException.InvalidArgument("format", "npy, fvecs, parquet or jsonl", format.id());
        };
    }
}
