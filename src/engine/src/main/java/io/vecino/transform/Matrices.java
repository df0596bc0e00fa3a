package io.vecino.transform;

import io.vecino.kernels.Kernel;
import io.vecino.kernels.Kernels;
import io.vecino.storage.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Products of row-major float32 matrices in native memory, by the engine's own register-tiled dot products (docs/adr/0003).
 * Memory from {@link #floats} lives until this is closed and is readable from any thread.
 */
final class Matrices implements AutoCloseable {
    private static final int TILE = 4;

    private final Kernels kernels = Kernels.best();
    private final NativeMemory memory;
    private final java.util.List<NativeMemory.Block> blocks = new java.util.ArrayList<>();

    Matrices() {
        this(new NativeMemory(Long.MAX_VALUE));
    }

    /** @param memory charged with all matrices */
    Matrices(NativeMemory memory) {
        this.memory = memory;
    }

    /** Zeroed room for {@code count} values. */
    MemorySegment floats(long count) {
        NativeMemory.Block block = memory.allocate(Math.max(1, count) * Float.BYTES, "training of a transform");
        blocks.add(block);
        return block.segment();
    }

    /** {@code out} (n × m) = {@code a} (n × k) · {@code b} (m × k)ᵀ. */
    void timesTransposed(MemorySegment a, int n, MemorySegment b, int m, int k, MemorySegment out) {
        compare(Kernel.DOT_F32, a, n, b, m, k, out);
    }

    /** {@code out[i][j]} = kernel of row i of {@code a} (n × k) and row j of {@code b} (m × k). */
    void compare(Kernel kernel, MemorySegment a, int n, MemorySegment b, int m, int k, MemorySegment out) {
        kernels.scoreBatch(kernel, a, n, b, (long) k * Float.BYTES, m, k, out);
    }

    /** Writes the transpose of the rows × columns matrix {@code from} to {@code to} (columns × rows). */
    static void transpose(float[] from, int rows, int columns, float[] to) {
        int wholeRows = rows - rows % TILE;
        int wholeColumns = columns - columns % TILE;
        for (int i = 0; i < wholeRows; i += TILE) {
            for (int j = 0; j < wholeColumns; j += TILE) {
                transposeTile(from, i * columns + j, columns, to, j * rows + i, rows);
            }
        }
        for (int i = 0; i < rows; i++) {
            for (int j = i < wholeRows ? wholeColumns : 0; j < columns; j++) {
                to[j * rows + i] = from[i * columns + j];
            }
        }
    }

    /** 4 × 4 values through registers: reads and writes are of four neighbours at a time. */
    private static void transposeTile(float[] from, int at, int stride, float[] to, int out, int outStride) {
        int b = at + stride;
        int c = b + stride;
        int d = c + stride;
        for (int j = 0; j < TILE; j++) {
            int row = out + j * outStride;
            to[row] = from[at + j];
            to[row + 1] = from[b + j];
            to[row + 2] = from[c + j];
            to[row + 3] = from[d + j];
        }
    }

    static void load(MemorySegment from, float[] to, int count) {
        MemorySegment.copy(from, ValueLayout.JAVA_FLOAT, 0, to, 0, count);
    }

    static void store(float[] from, MemorySegment to, int count) {
        MemorySegment.copy(from, 0, to, ValueLayout.JAVA_FLOAT, 0, count);
    }

    @Override
    public void close() {
        blocks.forEach(NativeMemory.Block::close);
    }
}
