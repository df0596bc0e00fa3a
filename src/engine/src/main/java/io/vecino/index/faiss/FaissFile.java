package io.vecino.index.faiss;

import io.vecino.faiss.CheckedIndex;
import io.vecino.faiss.FaissException;
import io.vecino.index.PlainSpace;
import io.vecino.index.VectorIndex;
import io.vecino.storage.CheckedFile;
import io.vecino.storage.CheckedFileWriter;
import io.vecino.storage.DamagedFileException;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.Transform;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A FAISS index in a checked file, so that FAISS reads no byte whose checksum is wrong. Body: what FAISS writes; then,
 * little-endian, i64 number of rows, i64 dimension.
 */
public final class FaissFile {
    private static final int TRAILER = 2 * Long.BYTES;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private FaissFile() {}

    static void save(CheckedIndex index, CheckedFileWriter file) {
        index.write(file::write);
        ByteBuffer trailer = ByteBuffer.allocate(TRAILER).order(ByteOrder.LITTLE_ENDIAN);
        trailer.putLong(index.size()).putLong(index.dimension());
        file.write(trailer.flip());
    }

    /**
     * Reads an index into memory.
     *
     * @param transform that the rows went through
     * @param file closed in any case
     * @param memory charged with the index
     * @param threads of a batch search
     * @throws DamagedFileException if it is no such index, or one that this version of FAISS does not read
     */
    public static VectorIndex open(Transform transform, CheckedFile file, NativeMemory memory, int threads)
            throws DamagedFileException {
        try (file) {
            PlainSpace space = new PlainSpace(transform);
            MemorySegment body = file.body();
            long at = body.byteSize() - TRAILER;
            if (at < 0) {
                throw new DamagedFileException(file.path() + ": expected a trailer, got " + body.byteSize() + " bytes");
            }
            NativeMemory.Charge charge = memory.charge(at, "FAISS index " + file.path());
            try {
                CheckedIndex index =
                        read(file, space, body.asSlice(0, at), body.get(LONG, at), body.get(LONG, at + Long.BYTES));
                return new FaissIndex(space, index, Math.toIntExact(index.size()), at, charge, threads);
            } catch (DamagedFileException | RuntimeException e) {
                charge.close();
                throw e;
            }
        }
    }

    private static CheckedIndex read(CheckedFile file, PlainSpace space, MemorySegment bytes, long rows, long dimension)
            throws DamagedFileException {
        CheckedIndex index;
        try {
            index = CheckedIndex.open(bytes);
        } catch (FaissException e) {
            throw new DamagedFileException(
                    file.path() + ": expected an index that FAISS " + FaissLibrary.version() + " reads: "
                            + e.getMessage(),
                    e);
        }
        if (index.size() != rows
                || index.dimension() != dimension
                || dimension != space.dimension()
                || rows > Integer.MAX_VALUE
                || index.unchecked().metric_type() != FaissLibrary.metric(space.similarity())) {
            String got = index.size() + " rows of " + index.dimension() + " dimensions";
            index.close();
            throw new DamagedFileException(
                    file.path() + ": expected " + rows + " rows of " + space.dimension() + " dimensions, got " + got);
        }
        return index;
    }
}
