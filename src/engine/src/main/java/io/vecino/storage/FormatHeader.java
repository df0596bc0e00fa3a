package io.vecino.storage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The first 64 bytes of a checked file, little-endian: i64 magic, i32 format version, i32 kind, i64 owner, i64 number, i64
 * body length, i32 block size, zeros, i32 CRC32C of the 60 bytes before.
 *
 * @param kind what the file holds
 * @param owner whose it is, so that files that were mistaken for each other are noticed
 * @param number which of the owner's files of that kind
 */
public record FormatHeader(int kind, long owner, long number) {
    static final int BYTES = 64;
    static final int BLOCK = 64 << 10;
    static final int VERSION = 1;

    private static final long MAGIC = 0x314F4E4943455656L; // "VVECINO1"
    private static final int CRC_AT = BYTES - Integer.BYTES;

    ByteBuffer encode(long bodyLength) {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(MAGIC).putInt(VERSION).putInt(kind).putLong(owner).putLong(number);
        bytes.putLong(bodyLength).putInt(BLOCK);
        return bytes.putInt(CRC_AT, checksum(bytes)).rewind();
    }

    /**
     * The body length that a header states.
     *
     * @throws DamagedFileException naming the first field that is not as expected
     */
    long check(ByteBuffer header) throws DamagedFileException {
        ByteBuffer bytes = header.order(ByteOrder.LITTLE_ENDIAN);
        expect("magic", MAGIC, bytes.getLong(0));
        expect("format version", VERSION, bytes.getInt(8));
        expect("checksum of the header", checksum(bytes), bytes.getInt(CRC_AT));
        expect("kind", kind, bytes.getInt(12));
        expect("owner", owner, bytes.getLong(16));
        expect("number", number, bytes.getLong(24));
        expect("block size", BLOCK, bytes.getInt(40));
        return bytes.getLong(32);
    }

    static void expect(String what, long expected, long got) throws DamagedFileException {
        if (expected != got) {
            throw new DamagedFileException(what + ": expected " + expected + ", got " + got);
        }
    }

    private static int checksum(ByteBuffer header) {
        CRC32C crc = new CRC32C();
        crc.update(header.slice(0, CRC_AT));
        return (int) crc.getValue();
    }
}
