package io.vecino.segment;

import io.vecino.model.PointId;
import io.vecino.storage.CheckedFileWriter;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.PointKey;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Writes an {@link IdTable}: keys go to the file as they come. For one thread. */
final class IdTableWriter implements AutoCloseable {
    private static final int FIRST = 1024;
    private static final int BUFFER = 64 << 10;

    private final CheckedFileWriter file;
    private final NativeMemory memory;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    private long[] ends = new long[FIRST];
    private long[] hashes = new long[FIRST];
    private int size;
    private long keyBytes;

    /** @param file owned by the writer from here on */
    IdTableWriter(CheckedFileWriter file, NativeMemory memory) {
        this.file = file;
        this.memory = memory;
    }

    int size() {
        return size;
    }

    /** Appends an id that was not appended before. */
    void add(PointId id) {
        byte[] key = PointKey.encode(id);
        room(key.length);
        buffer.put(key);
        keyBytes += key.length;
        if (size == ends.length) {
            ends = Arrays.copyOf(ends, 2 * size);
            hashes = Arrays.copyOf(hashes, 2 * size);
        }
        ends[size] = keyBytes;
        hashes[size] = IdTable.hash(key);
        size++;
    }

    private void room(int bytes) {
        if (buffer.remaining() < bytes) {
            flush();
        }
    }

    private void flush() {
        file.write(buffer.flip());
        buffer.clear();
    }

    private void put(long value) {
        room(Long.BYTES);
        buffer.putLong(value);
    }

    /** Completes the file. */
    void finish() {
        flush();
        file.align(Long.BYTES);
        for (int i = 0; i < size; i++) {
            put(ends[i]);
        }
        flush();
        long slots = Long.highestOneBit(Math.max(1, size + size / 2L)) << 1;
        try (NativeMemory.Block table = memory.allocate(slots * Long.BYTES, "id table of a segment")) {
            for (int ordinal = 0; ordinal < size; ordinal++) {
                place(table.segment(), slots - 1, ordinal);
            }
            file.write(table.segment());
        }
        put(keyBytes);
        put(size);
        put(slots);
        flush();
        file.finish();
    }

    private void place(MemorySegment table, long mask, int ordinal) {
        long slot = hashes[ordinal] & mask;
        while (table.get(IdTable.LONG, slot * Long.BYTES) != 0) {
            slot = (slot + 1) & mask;
        }
        table.set(IdTable.LONG, slot * Long.BYTES, hashes[ordinal] >>> 32 << 32 | ordinal + 1L);
    }

    @Override
    public void close() {
        file.close();
    }
}
