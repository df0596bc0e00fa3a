package io.vecino.loading.file;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The points of a file, in its order, a few blocks of it in memory at a time. For one thread. Every method throws {@link
 * io.vecino.model.EngineException.InvalidArgument} naming file, offset and reason where the file cannot be read on, and
 * {@link io.vecino.model.EngineException.StorageFailure} where the disk fails.
 */
public interface PointReader extends AutoCloseable {
    /** What it reads, as messages name it. */
    String name();

    Format format();

    /** How many rows there are, if the file says so. */
    OptionalLong rows();

    /** How many values a vector has; empty if the file does not say so before its first row. */
    OptionalLong dimension();

    /** Bytes of the file that were read. */
    long offset();

    /** Bytes of the file; empty if unknown. */
    OptionalLong size();

    /** The next row; null behind the last. */
    @Nullable
    Row next();

    /** Passes over rows that need not be looked at. */
    void skip(long rows);

    @Override
    void close();
}
