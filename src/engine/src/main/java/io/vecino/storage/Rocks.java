package io.vecino.storage;

import io.vecino.model.EngineException;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** RocksDB's options and its errors in our terms. */
final class Rocks {
    private static final long MOST_LOG = 256L << 20;
    private static final long VECTOR_BLOB = 64;
    private static final long PAYLOAD_BLOB = 4096;

    private Rocks() {}

    static DBOptions databaseOptions() {
        return new DBOptions()
                .setCreateIfMissing(true)
                .setParanoidChecks(true)
                .setMaxTotalWalSize(MOST_LOG)
                .setKeepLogFileNum(4)
                .setMaxBackgroundJobs(2);
    }

    /** Vectors and large payloads lie in blob files, so that compaction does not rewrite them. */
    static ColumnFamilyOptions familyOptions(RocksMemory memory, BloomFilter filter, boolean vectors) {
        return new ColumnFamilyOptions()
                .setWriteBufferSize(memory.writeBufferBytes())
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setEnableBlobFiles(true)
                .setMinBlobSize(vectors ? VECTOR_BLOB : PAYLOAD_BLOB)
                .setBlobCompressionType(vectors ? CompressionType.NO_COMPRESSION : CompressionType.LZ4_COMPRESSION)
                .setEnableBlobGarbageCollection(true)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(memory.cache())
                        .setCacheIndexAndFilterBlocks(true)
                        .setFilterPolicy(filter)
                        .setFormatVersion(5));
    }

    static EngineException failure(String what, RocksDBException e) {
        Status status = e.getStatus();
        String message = String.valueOf(e.getMessage());
        boolean full = (status != null && status.getSubCode() == Status.SubCode.NoSpace)
                || message.contains("No space left")
                || message.contains("File too large")
                || message.contains("quota exceeded");
        return full
                ? new EngineException.ResourceExhausted(what + ": the disk is full: " + message, e)
                : new EngineException.StorageFailure(what + ": " + message, e);
    }
}
