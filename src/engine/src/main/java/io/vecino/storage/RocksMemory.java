package io.vecino.storage;

import io.vecino.model.MemoryUse;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/** RocksDB's share of an engine's memory: one block cache, of which the write buffers of all families are a part. */
final class RocksMemory implements AutoCloseable {
    private static final long MOST = 320L << 20;
    private static final int SHARE = 8;
    private static final double WRITE_BUFFERS = 0.8;
    private static final long LARGEST_WRITE_BUFFER = 64L << 20;
    private static final int FULL_BUFFERS = 4;

    private final NativeMemory.Charge charge;
    private final Cache cache;
    private final WriteBufferManager writeBuffers;
    private final long writeBufferBytes;

    /** Takes an eighth of the budget, at most 320 MiB. */
    RocksMemory(NativeMemory memory) {
        RocksDB.loadLibrary();
        long bytes = Math.min(MOST, memory.limit() / SHARE);
        this.charge = memory.on(MemoryUse.DATABASE).charge(bytes, "RocksDB's cache and write buffers");
        this.cache = new LRUCache(bytes);
        long buffers = (long) (bytes * WRITE_BUFFERS);
        this.writeBuffers = new WriteBufferManager(buffers, cache);
        this.writeBufferBytes = Math.min(LARGEST_WRITE_BUFFER, buffers / FULL_BUFFERS);
    }

    Cache cache() {
        return cache;
    }

    /** Flushes the largest write buffers when all together have grown too large. */
    WriteBufferManager writeBuffers() {
        return writeBuffers;
    }

    /** Size at which one family flushes its write buffer. */
    long writeBufferBytes() {
        return writeBufferBytes;
    }

    @Override
    public void close() {
        writeBuffers.close();
        cache.close();
        charge.close();
    }
}
