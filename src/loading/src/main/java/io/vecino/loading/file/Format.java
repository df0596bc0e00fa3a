package io.vecino.loading.file;

import io.vecino.model.EngineException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What files of points there are. */
public enum Format {
    /** NumPy's array format: a matrix of float16, float32, float64, int8 or uint8 in C order. */
    NPY(true),
    /** TEXMEX: per row an int32 dimension and that many float32. */
    FVECS(true),
    /** TEXMEX: per row an int32 dimension and that many bytes. */
    BVECS(true),
    /** TEXMEX: per row an int32 dimension and that many int32. */
    IVECS(true),
    /** HDF5 with matrices as datasets, as ann-benchmarks has it. */
    HDF5(false),
    /** Parquet with a column of lists. */
    PARQUET(false),
    /** A JSON object per line, plain or packed by gzip or zstd. */
    JSONL(true),
    /** Comma-separated values with a header, plain or packed by gzip or zstd. */
    CSV(true);

    private final boolean streamed;

    Format(boolean streamed) {
        this.streamed = streamed;
    }

    /** The name used in options. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it can be read from its beginning to its end without going back. */
    public boolean streamed() {
        return streamed;
    }

    /**
     * A format by its name.
     *
     * @throws EngineException.InvalidArgument if there is none
     */
    public static Format parse(String id) {
        for (Format format : values()) {
            if (format.id().equals(id)) {
                return format;
            }
        }
        String known = Arrays.stream(values()).map(Format::id).collect(Collectors.joining(", "));
        throw new EngineException.InvalidArgument("format", known, id);
    }
}
