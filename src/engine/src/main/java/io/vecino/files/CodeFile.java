package io.vecino.files;

import io.vecino.model.EngineException;
import io.vecino.storage.CheckedFile;
import io.vecino.storage.CheckedFileWriter;
import io.vecino.storage.DamagedFileException;
import io.vecino.storage.Disk;
import io.vecino.storage.FormatHeader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Two kinds of checked file: a model, whose body is what the caller says, and the codes that it made. Body of the latter:
 * the codes one after the other; a float32 bias for each, if the model adds one; then, little-endian, i64 number of codes,
 * i64 bytes of a code and its bias. The header names the model by its CRC32C, so that no other decodes them.
 */
public final class CodeFile implements AutoCloseable {
    private static final int MODEL = 0x4D4F44;
    private static final int CODES = 0x434F44;
    private static final int TRAILER = 2 * Long.BYTES;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final CheckedFile file;
    private final int count;

    private CodeFile(CheckedFile file, int count) {
        this.file = file;
        this.count = count;
    }

    /** Writes a model. */
    public static void writeModel(Path path, byte[] model) {
        try (CheckedFileWriter writer = new CheckedFileWriter(Disk.LOCAL, path, new FormatHeader(MODEL, 0, 0))) {
            writer.write(ByteBuffer.wrap(model));
            writer.finish();
        }
    }

    /**
     * Reads a model.
     *
     * @throws EngineException.InvalidArgument if it is missing, damaged, of another version or no model
     */
    public static byte[] readModel(Path path) {
        try (CheckedFile file = CheckedFile.open(path, new FormatHeader(MODEL, 0, 0))) {
            return file.body().toArray(ValueLayout.JAVA_BYTE);
        } catch (DamagedFileException e) {
            throw new EngineException.InvalidArgument(path.toString(), "a model of codes", reason(e));
        }
    }

    private static String reason(DamagedFileException e) {
        return String.valueOf(e.getMessage());
    }

    private static long owner(byte[] model) {
        CRC32C crc = new CRC32C();
        crc.update(model);
        return crc.getValue();
    }

    /** Starts a file of codes made by a model. */
    public static CheckedFileWriter create(Path path, byte[] model) {
        return new CheckedFileWriter(Disk.LOCAL, path, new FormatHeader(CODES, owner(model), 0));
    }

    /** Ends a file of codes. */
    public static void finish(CheckedFileWriter writer, int count, int bytesPerVector) {
        ByteBuffer trailer = ByteBuffer.allocate(TRAILER).order(ByteOrder.LITTLE_ENDIAN);
        writer.write(trailer.putLong(count).putLong(bytesPerVector).flip());
        writer.finish();
    }

    /**
     * Opens codes.
     *
     * @param model that made them
     * @throws EngineException.InvalidArgument if they are missing, damaged, of another version or of another model
     */
    public static CodeFile open(Path path, byte[] model, int bytesPerVector) {
        try {
            CheckedFile file = CheckedFile.open(path, new FormatHeader(CODES, owner(model), 0));
            MemorySegment body = file.body();
            long at = body.byteSize() - TRAILER;
            long count = at < 0 ? -1 : body.get(LONG, at);
            long width = at < 0 ? -1 : body.get(LONG, at + Long.BYTES);
            if (count < 0 || count > Integer.MAX_VALUE || width != bytesPerVector || count * width != at) {
                file.close();
                throw new DamagedFileException(path + ": " + count + " codes of " + width + " bytes in " + at);
            }
            return new CodeFile(file, (int) count);
        } catch (DamagedFileException e) {
            throw new EngineException.InvalidArgument(path.toString(), "codes made by this model", reason(e));
        }
    }

    /** How many codes it holds. */
    public int count() {
        return count;
    }

    /** The codes one after the other, then what follows them. */
    public MemorySegment body() {
        return file.body();
    }

    @Override
    public void close() {
        file.close();
    }
}
