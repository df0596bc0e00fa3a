package io.vecino.storage;

import io.vecino.model.EngineException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/** A file that {@link CheckedFileWriter} wrote, mapped read-only, every byte verified. Readable from any thread. */
public final class CheckedFile implements AutoCloseable {
    private static final int BLOCKS_PER_TASK = 64;

    private final FileSlice file;
    private final MemorySegment body;

    private CheckedFile(FileSlice file, MemorySegment body) {
        this.file = file;
        this.body = body;
    }

    /**
     * Maps and verifies a file.
     *
     * @throws DamagedFileException if it is missing or not what was written
     * @throws EngineException.StorageFailure if it cannot be read
     */
    public static CheckedFile open(Path path, FormatHeader header) throws DamagedFileException {
        if (!Files.isRegularFile(path)) {
            throw new DamagedFileException(path + ": missing");
        }
        FileSlice file = FileSlice.map(path);
        try {
            return new CheckedFile(file, verified(file.segment(), header));
        } catch (DamagedFileException e) {
            file.close();
            throw new DamagedFileException(path + ": " + e.getMessage(), e);
        } catch (RuntimeException | InternalError e) {
            // An InternalError is a page that could not be read.
            file.close();
            throw new EngineException.StorageFailure("cannot read " + path + ": " + e, e);
        }
    }

    private static MemorySegment verified(MemorySegment file, FormatHeader header) throws DamagedFileException {
        long size = file.byteSize();
        if (size < FormatHeader.BYTES + CheckedFileWriter.FOOTER) {
            throw new DamagedFileException("expected a header and a footer, got " + size + " bytes");
        }
        long length = header.check(file.asSlice(0, FormatHeader.BYTES).asByteBuffer());
        if (length < 0 || length > size) {
            throw new DamagedFileException("length: expected at most " + size + ", got " + length);
        }
        int blocks = Math.toIntExact((length + FormatHeader.BLOCK - 1) / FormatHeader.BLOCK);
        long tableBytes = (long) blocks * Integer.BYTES;
        long expected = FormatHeader.BYTES + length + tableBytes + CheckedFileWriter.FOOTER;
        FormatHeader.expect("size in bytes", expected, size);
        ByteBuffer end =
                file.asSlice(FormatHeader.BYTES + length).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        int footer = (int) tableBytes;
        FormatHeader.expect("checksum of the checksums", checksum(end.slice(0, footer)), end.getInt(footer));
        FormatHeader.expect("number of blocks", blocks, end.getInt(footer + 4));
        FormatHeader.expect("footer", CheckedFileWriter.FOOTER_MAGIC, end.getLong(footer + 8));
        MemorySegment body = file.asSlice(FormatHeader.BYTES, length);
        Optional<Integer> bad = IntStream.range(0, (blocks + BLOCKS_PER_TASK - 1) / BLOCKS_PER_TASK)
                .parallel()
                .mapToObj(task -> damaged(body, end, task * BLOCKS_PER_TASK, blocks))
                .flatMap(Optional::stream)
                .findFirst();
        if (bad.isPresent()) {
            throw new DamagedFileException("checksum mismatch in block " + bad.get() + " of " + blocks);
        }
        return body;
    }

    private static Optional<Integer> damaged(MemorySegment body, ByteBuffer sums, int first, int blocks) {
        for (int block = first; block < Math.min(blocks, first + BLOCKS_PER_TASK); block++) {
            long at = (long) block * FormatHeader.BLOCK;
            long count = Math.min(FormatHeader.BLOCK, body.byteSize() - at);
            if (checksum(body.asSlice(at, count).asByteBuffer()) != sums.getInt(block * Integer.BYTES)) {
                return Optional.of(block);
            }
        }
        return Optional.empty();
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** What was written, aligned to 64 bytes. */
    public MemorySegment body() {
        return body;
    }

    /** Where it lies. */
    public Path path() {
        return file.path();
    }

    @Override
    public void close() {
        file.close();
    }
}
