package io.vecino.measure;

import io.vecino.files.VectorFile;
import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** A file of vectors in native memory, as they are compared under a metric. */
final class FileVectors implements AutoCloseable {
    private final Path path;
    private final NativeMemory.Block block;
    private final Rows rows;
    private final int total;

    private FileVectors(Path path, NativeMemory.Block block, Rows rows, int total) {
        this.path = path;
        this.block = block;
        this.rows = rows;
        this.total = total;
    }

    /**
     * Reads a whole file.
     *
     * @throws EngineException.InvalidArgument if it holds no vectors or one that is not finite
     */
    static FileVectors read(Path path, Metric metric, NativeMemory memory) {
        return read(path, metric, Integer.MAX_VALUE, memory);
    }

    /** The same with at most so many rows, evenly spread over the file. */
    static FileVectors read(Path path, Metric metric, int most, NativeMemory memory) {
        try (VectorFile file = VectorFile.open(path)) {
            int count = Math.min(file.count(), most);
            if (count == 0) {
                throw new EngineException.InvalidArgument(path.toString(), "at least one vector", "none");
            }
            int d = file.dimension();
            NativeMemory.Block block = memory.allocate((long) count * d * Float.BYTES, path.toString());
            Rows rows = new Rows(block.segment(), count, d);
            if (count == file.count()) {
                file.read(0, count, block.segment());
            } else {
                for (int i = 0; i < count; i++) {
                    file.read((int) ((long) file.count() * i / count), 1, rows.row(i));
                }
            }
            try {
                rows.requireFinite(path.toString());
            } catch (EngineException.InvalidArgument e) {
                block.close();
                throw e;
            }
            if (metric == Metric.COSINE) {
                for (int i = 0; i < count; i++) {
                    float[] unit = Similarity.prepare(metric, rows.copyOf(i));
                    MemorySegment.copy(unit, 0, rows.row(i), ValueLayout.JAVA_FLOAT, 0, d);
                }
            }
            return new FileVectors(path, block, rows, file.count());
        }
    }

    void requireDimensionOf(FileVectors other) {
        if (other.rows.dimension() != rows.dimension()) {
            throw new EngineException.InvalidArgument(
                    path.toString(), other.rows.dimension() + " dimensions", String.valueOf(rows.dimension()));
        }
    }

    /** Vectors in the file. */
    int total() {
        return total;
    }

    /** What {@link #close} frees. */
    NativeMemory.Block block() {
        return block;
    }

    Rows rows() {
        return rows;
    }

    @Override
    public void close() {
        block.close();
    }
}
