package io.vecino.model;

import java.util.Locale;

/** What native memory is used for. */
public enum MemoryUse {
    /** Points that are in no sealed segment, as float32. */
    UNSEALED,
    /** Sealed segments mapped from their files: codes, graphs, ids, field indexes. The page cache holds them while it has room. */
    MAPPED,
    /** Indexes of sealed segments that cannot be mapped. */
    LOADED,
    /** Segments being built, and pipelines being trained. */
    BUILDING,
    /** RocksDB's block cache and write buffers, as large as they may become. */
    DATABASE,
    /** Dry runs and tools. */
    OTHER;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
