package io.vecino.storage;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * How much of a log of RocksDB is sound: write-ahead logs and manifests are sequences of records in blocks of 32 KiB, a record
 * being i32 masked CRC32C of type and payload, u16 length, u8 type, payload (<a
 * href="https://github.com/facebook/rocksdb/wiki/Write-Ahead-Log-File-Format">Write Ahead Log File Format</a>).
 *
 * @param sound bytes up to the end of the last record before anything that is none
 * @param size of the file
 */
record LogFile(Path path, long sound, long size, End end) {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int BLOCK = 32 << 10;
    private static final int HEADER = 7;
    private static final int FULL = 1;
    private static final int FIRST = 2;
    private static final int MIDDLE = 3;
    private static final int LAST = 4;
    private static final int MASK = 0xA282EAD8;

    /** What comes after the sound part. */
    enum End {
        /** Nothing. */
        NOTHING,
        /** A record that was cut short, or only zeros. */
        TORN,
        /** Bytes that are no record, to the end. */
        GARBAGE,
        /** Bytes that are no record, and other records behind them. */
        DAMAGE
    }

    /**
     * Reads a log.
     *
     * @throws io.vecino.model.EngineException.StorageFailure if it cannot be read
     */
    static LogFile check(Path path) {
        try (FileSlice file = FileSlice.map(path)) {
            return new Scan(file.segment()).run(path);
        }
    }

    private static final class Scan {
        private final MemorySegment file;
        private final long size;
        private final CRC32C crc = new CRC32C();

        private Scan(MemorySegment file) {
            this.file = file;
            this.size = file.byteSize();
        }

        private LogFile run(Path path) {
            long sound = 0;
            boolean inside = false;
            long at = 0;
            while (at < size) {
                long next = after(at);
                if (next < 0) {
                    return new LogFile(path, sound, size, endOf(at));
                }
                int type = isFiller(at) ? 0 : type(at);
                if (type != 0) {
                    if ((type == MIDDLE || type == LAST) != inside) {
                        return new LogFile(path, sound, size, endOf(at));
                    }
                    inside = type == FIRST || type == MIDDLE;
                }
                at = next;
                sound = inside ? sound : at;
            }
            return new LogFile(path, sound, size, inside ? End.TORN : End.NOTHING);
        }

        private static boolean isFiller(long at) {
            return BLOCK - at % BLOCK < HEADER;
        }

        private int type(long at) {
            return file.get(ValueLayout.JAVA_BYTE, at + HEADER - 1) & 0xFF;
        }

        private int length(long at) {
            return file.get(SHORT, at + Integer.BYTES) & 0xFFFF;
        }

        /** Where the next record begins if there is a sound one here, or filler that no header fits into; else -1. */
        private long after(long at) {
            long left = Math.min(size - at, BLOCK - at % BLOCK);
            if (isFiller(at)) {
                return at + left;
            }
            if (left < HEADER || left < HEADER + length(at)) {
                return -1;
            }
            crc.reset();
            crc.update(file.asSlice(at + HEADER - 1, 1L + length(at)).asByteBuffer());
            int sum = (int) crc.getValue();
            return file.get(INT, at) == Integer.rotateRight(sum, 15) + MASK ? at + HEADER + length(at) : -1;
        }

        private End endOf(long bad) {
            if (allZero(bad)) {
                return End.TORN;
            }
            long end = Math.min(size, bad - bad % BLOCK + BLOCK);
            boolean followed = false;
            // What stands there as a length need not be one.
            for (long at = bad + 1; at < end && !followed; at++) {
                followed = starts(at);
            }
            for (long block = end; block < size && !followed; block += BLOCK) {
                followed = begins(block);
            }
            return followed ? End.DAMAGE : cutShort(bad) ? End.TORN : End.GARBAGE;
        }

        private boolean allZero(long from) {
            for (long at = from; at < size; at++) {
                if (file.get(ValueLayout.JAVA_BYTE, at) != 0) {
                    return false;
                }
            }
            return true;
        }

        private boolean cutShort(long at) {
            int room = (int) (BLOCK - at % BLOCK);
            return size - at < HEADER || (HEADER + length(at) <= room && at + HEADER + length(at) > size);
        }

        /** Whether a record that is not a later part of another is here. */
        private boolean starts(long at) {
            return size - at >= HEADER && !isFiller(at) && (type(at) == FULL || type(at) == FIRST) && after(at) >= 0;
        }

        /** Whether one begins in this block; parts of one that began earlier do not count. */
        private boolean begins(long block) {
            long end = Math.min(size, block + BLOCK);
            for (long at = block; at >= 0 && at < end && !isFiller(at); at = after(at)) {
                if (starts(at)) {
                    return true;
                }
            }
            return false;
        }
    }
}
