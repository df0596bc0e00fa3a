package io.vecino.segment;

import io.vecino.model.PointId;
import io.vecino.storage.CheckedFile;
import io.vecino.storage.DamagedFileException;
import io.vecino.storage.PointKey;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Ordinal → id and id → ordinal of a sealed segment, mapped. Body, little-endian: the keys one after the other, padded to 8;
 * i64 end of each key; i64 slots of a hash table with linear probing, a power of two: fingerprint in the upper half, ordinal
 * + 1 in the lower, 0 if free; i64 bytes of keys, i64 number of ids, i64 number of slots.
 */
final class IdTable implements AutoCloseable {
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final int TRAILER = 3 * Long.BYTES;

    private final CheckedFile file;
    private final MemorySegment body;
    private final int size;
    private final long ends;
    private final long slots;
    private final long mask;

    private IdTable(CheckedFile file, MemorySegment body, int size, long ends, long slotCount) {
        this.file = file;
        this.body = body;
        this.size = size;
        this.ends = ends;
        this.slots = ends + (long) size * Long.BYTES;
        this.mask = slotCount - 1;
    }

    /**
     * Reads what {@link IdTableWriter} wrote.
     *
     * @param file owned by the table from here on
     */
    static IdTable of(CheckedFile file) throws DamagedFileException {
        MemorySegment body = file.body();
        long at = body.byteSize() - TRAILER;
        if (at < 0) {
            file.close();
            throw new DamagedFileException(file.path() + ": no id table in " + body.byteSize() + " bytes");
        }
        long keys = body.get(LONG, at);
        long size = body.get(LONG, at + 8);
        long slots = body.get(LONG, at + 16);
        long ends = (keys + 7) & -8L;
        if (keys < 0
                || size < 0
                || size > Integer.MAX_VALUE
                || Long.bitCount(slots) != 1
                || slots <= size
                || ends + (size + slots) * Long.BYTES != at) {
            file.close();
            throw new DamagedFileException(file.path() + ": " + size + " ids, " + slots + " slots and " + keys
                    + " bytes of keys do not fit " + body.byteSize() + " bytes");
        }
        return new IdTable(file, body, (int) size, ends, slots);
    }

    int size() {
        return size;
    }

    long bytes() {
        return body.byteSize();
    }

    PointId id(int ordinal) {
        long start = start(ordinal);
        return PointKey.decode(body.asSlice(start, end(ordinal) - start).toArray(ValueLayout.JAVA_BYTE));
    }

    private long start(int ordinal) {
        return ordinal == 0 ? 0 : end(ordinal - 1);
    }

    private long end(int ordinal) {
        return body.get(LONG, ends + (long) ordinal * Long.BYTES);
    }

    /** The ordinal of a key, or -1. */
    int find(byte[] key) {
        long hash = hash(key);
        for (long slot = hash & mask; ; slot = (slot + 1) & mask) {
            long entry = body.get(LONG, slots + slot * Long.BYTES);
            if (entry == 0) {
                return -1;
            }
            int ordinal = (int) entry - 1;
            if (entry >>> 32 == hash >>> 32 && is(ordinal, key)) {
                return ordinal;
            }
        }
    }

    private boolean is(int ordinal, byte[] key) {
        long start = start(ordinal);
        if (end(ordinal) - start != key.length) {
            return false;
        }
        for (int i = 0; i < key.length; i++) {
            if (body.get(ValueLayout.JAVA_BYTE, start + i) != key[i]) {
                return false;
            }
        }
        return true;
    }

    /** Fixed for all time: it is part of the file format. Finalizer: MurmurHash3 (Appleby, public domain). */
    static long hash(byte[] key) {
        long hash = key.length;
        for (int at = 0; at < key.length; at += Long.BYTES) {
            long chunk = 0;
            for (int i = at; i < Math.min(key.length, at + Long.BYTES); i++) {
                chunk = chunk << 8 | (key[i] & 0xFF);
            }
            hash = mix(hash * 0x9E3779B97F4A7C15L ^ chunk);
        }
        return hash;
    }

    private static long mix(long value) {
        long mixed = (value ^ value >>> 33) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ mixed >>> 33) * 0xC4CEB9FE1A85EC53L;
        return mixed ^ mixed >>> 33;
    }

    @Override
    public void close() {
        file.close();
    }
}
