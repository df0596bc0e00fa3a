package io.vecino.index.flat;

import io.vecino.quantization.TrainedPipeline;
import io.vecino.storage.CheckedFileWriter;
import io.vecino.storage.DamagedFileException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;

/**
 * A flat index in a file. Body: one chunk of all rows as {@link FlatChunk} lays it out; then, little-endian, i64 number of
 * rows, i64 bytes of a row.
 */
final class FlatFile {
    private static final int TRAILER = 2 * Long.BYTES;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private FlatFile() {}

    @FunctionalInterface
    private interface Part {
        MemorySegment rows(int first, int count);
    }

    static void save(FlatCodes codes, CheckedFileWriter file) {
        write(codes, codes::biases, file);
        write(codes, codes::codes, file);
        codes.pipeline()
                .refine()
                .ifPresent(refine -> write(codes, (first, count) -> codes.refineCodes(refine, first, count), file));
        ByteBuffer trailer = ByteBuffer.allocate(TRAILER).order(ByteOrder.LITTLE_ENDIAN);
        trailer.putLong(codes.size()).putLong(codes.pipeline().bytesPerVector());
        file.write(trailer.flip());
    }

    private static void write(FlatCodes codes, Part part, CheckedFileWriter file) {
        int first = 0;
        while (first < codes.size()) {
            int count = codes.run(first, codes.size() - first);
            file.write(part.rows(first, count));
            first += count;
        }
    }

    /** @param body of the file, or a part of it that was written by {@link #save} */
    static FlatCodes open(TrainedPipeline pipeline, MemorySegment body, Path path, Runnable owner)
            throws DamagedFileException {
        long at = body.byteSize() - TRAILER;
        long rows = at < 0 ? -1 : body.get(LONG, at);
        long width = at < 0 ? -1 : body.get(LONG, at + Long.BYTES);
        if (rows < 0
                || rows > Integer.MAX_VALUE
                || width != pipeline.bytesPerVector()
                || FlatChunk.bytes(pipeline, (int) rows) != at) {
            owner.run();
            throw new DamagedFileException(path + ": expected rows of " + pipeline.bytesPerVector() + " bytes, got "
                    + rows + " rows of " + width + " in " + body.byteSize());
        }
        List<MemorySegment> chunks = rows == 0 ? List.of() : List.of(body.asSlice(0, at));
        return new FlatCodes(pipeline, chunks, Math.max(1, (int) rows), (int) rows, owner);
    }
}
