package io.vecino.storage;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Writes a checked file once: header, body, CRC32C of every 64 KiB of the body, footer (i32 CRC32C of these, i32 their
 * number, i64 magic). For one thread; durable once {@link #finish} returns.
 */
public final class CheckedFileWriter implements AutoCloseable {
    static final int FOOTER = 16;
    static final long FOOTER_MAGIC = 0x444E45464F444E45L; // "ENDOFEND"

    private static final int FIRST_SUMS = 64;
    private static final int COPY = 1 << 20;

    private final FormatHeader header;
    private final AtomicFile file;
    private final CRC32C crc = new CRC32C();
    private int[] sums = new int[FIRST_SUMS];
    private int blocks;
    private int inBlock;
    private long length;

    /** Starts the file. */
    public CheckedFileWriter(Disk disk, Path path, FormatHeader header) {
        this.header = header;
        this.file = new AtomicFile(disk, path);
        file.write(ByteBuffer.allocate(FormatHeader.BYTES));
    }

    /** Bytes of the body so far. */
    public long length() {
        return length;
    }

    /** Appends a segment. */
    public void write(MemorySegment segment) {
        for (long at = 0; at < segment.byteSize(); at += COPY) {
            write(segment.asSlice(at, Math.min(COPY, segment.byteSize() - at)).asByteBuffer());
        }
    }

    /** Appends all remaining bytes. */
    public void write(ByteBuffer bytes) {
        length += bytes.remaining();
        ByteBuffer summed = bytes.duplicate();
        while (summed.hasRemaining()) {
            int count = Math.min(summed.remaining(), FormatHeader.BLOCK - inBlock);
            crc.update(summed.slice(summed.position(), count));
            summed.position(summed.position() + count);
            inBlock += count;
            if (inBlock == FormatHeader.BLOCK) {
                endBlock();
            }
        }
        file.write(bytes);
    }

    /** Appends zeros up to a multiple of a power of two. */
    public void align(int alignment) {
        int missing = (int) (-length & (alignment - 1));
        if (missing > 0) {
            write(ByteBuffer.allocate(missing));
        }
    }

    private void endBlock() {
        if (blocks == sums.length) {
            sums = Arrays.copyOf(sums, 2 * blocks);
        }
        sums[blocks++] = (int) crc.getValue();
        crc.reset();
        inBlock = 0;
    }

    /** Completes the file under its name, durably. */
    public void finish() {
        if (inBlock > 0) {
            endBlock();
        }
        ByteBuffer end = ByteBuffer.allocate(blocks * Integer.BYTES + FOOTER).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < blocks; i++) {
            end.putInt(sums[i]);
        }
        CRC32C table = new CRC32C();
        table.update(end.slice(0, end.position()));
        end.putInt((int) table.getValue()).putInt(blocks).putLong(FOOTER_MAGIC);
        file.write(end.flip());
        file.write(header.encode(length), 0);
        file.publish();
    }

    @Override
    public void close() {
        file.close();
    }
}
