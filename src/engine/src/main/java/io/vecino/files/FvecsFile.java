package io.vecino.files;

import io.vecino.model.EngineException;
import io.vecino.storage.FileSlice;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** TEXMEX's format (corpus-texmex.irisa.fr): per row a little-endian int32 dimension, then that many float32. */
final class FvecsFile implements VectorFile {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int MAX_DIMENSION = 1 << 16;

    private final FileSlice slice;
    private final int count;
    private final int dimension;

    private FvecsFile(FileSlice slice, int count, int dimension) {
        this.slice = slice;
        this.count = count;
        this.dimension = dimension;
    }

    static FvecsFile read(FileSlice slice) {
        long size = slice.segment().byteSize();
        int dimension = size < Integer.BYTES ? 0 : slice.segment().get(INT, 0);
        if (dimension < 1 || dimension > MAX_DIMENSION) {
            throw new EngineException.InvalidArgument(
                    slice.path() + " at byte 0", "a dimension of 1 to " + MAX_DIMENSION, String.valueOf(dimension));
        }
        long stride = Integer.BYTES + (long) dimension * Float.BYTES;
        long count = size / stride;
        if (size % stride != 0 || count > Integer.MAX_VALUE) {
            throw new EngineException.InvalidArgument(
                    slice.path() + " at byte " + count * stride,
                    "whole rows of " + stride + " bytes",
                    size + " in all");
        }
        return new FvecsFile(slice, (int) count, dimension);
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public void read(int first, int rows, MemorySegment out) {
        long width = (long) dimension * Float.BYTES;
        long stride = Integer.BYTES + width;
        for (int i = 0; i < rows; i++) {
            long at = (first + (long) i) * stride;
            int got = slice.segment().get(INT, at);
            if (got != dimension) {
                throw new EngineException.InvalidArgument(
                        slice.path() + " at byte " + at, "dimension " + dimension, String.valueOf(got));
            }
            MemorySegment.copy(slice.segment(), at + Integer.BYTES, out, i * width, width);
        }
    }

    @Override
    public void close() {
        slice.close();
    }
}
