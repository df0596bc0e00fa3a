package io.vecino.files;

import io.vecino.model.EngineException;
import io.vecino.storage.FileSlice;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** A matrix of vectors in a file, read as float32. Thread-safe until closed. */
public sealed interface VectorFile extends AutoCloseable permits NpyFile, FvecsFile {
    /** Rows. */
    int count();

    /** Values per row. */
    int dimension();

    /**
     * Copies rows.
     *
     * @param out native, count × dimension float32
     */
    void read(int first, int count, MemorySegment out);

    @Override
    void close();

    /**
     * Opens a file, recognising {@code .npy} by content and {@code .fvecs} by name.
     *
     * @throws EngineException.InvalidArgument naming file, offset and reason if it cannot be read as vectors
     */
    static VectorFile open(Path path) {
        FileSlice slice = FileSlice.map(path);
        try {
            if (NpyFile.recognises(slice.segment())) {
                return NpyFile.read(slice);
            }
            if (path.toString().endsWith(".fvecs")) {
                return FvecsFile.read(slice);
            }
            throw new EngineException.InvalidArgument(
                    path + " at byte 0", "the magic of .npy, or a file named .fvecs", firstBytes(slice));
        } catch (RuntimeException e) {
            slice.close();
            throw e;
        }
    }

    private static String firstBytes(FileSlice slice) {
        StringBuilder hex = new StringBuilder();
        for (int i = 0; i < Math.min(6, slice.segment().byteSize()); i++) {
            hex.append(String.format("%02x", slice.segment().get(ValueLayout.JAVA_BYTE, i)));
        }
        return hex.isEmpty() ? "an empty file" : "bytes " + hex;
    }
}
