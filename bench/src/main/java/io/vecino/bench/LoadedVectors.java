package io.vecino.bench;

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
public final class LoadedVectors implements AutoCloseable {
    private final Path path;
    private final NativeMemory.Block block;
    private final Rows rows;

    private LoadedVectors(Path path, NativeMemory.Block block, Rows rows) {
        this.path = path;
        this.block = block;
        this.rows = rows;
    }

    /** Reads all of a file; for cosine vectors get length 1. */
    public static LoadedVectors read(Path path, Metric metric, NativeMemory memory) {
        try (VectorFile file = VectorFile.open(path)) {
            if (file.count() == 0) {
                throw new EngineException.InvalidArgument(path.toString(), "at least one vector", "none");
            }
            long bytes = (long) file.count() * file.dimension() * Float.BYTES;
            NativeMemory.Block block = memory.allocate(bytes, path.toString());
            file.read(0, file.count(), block.segment());
            Rows rows = new Rows(block.segment(), file.count(), file.dimension());
            if (metric == Metric.COSINE) {
                normalise(rows);
            }
            return new LoadedVectors(path, block, rows);
        }
    }

    private static void normalise(Rows rows) {
        for (int i = 0; i < rows.count(); i++) {
            float[] unit = Similarity.prepare(Metric.COSINE, rows.copyOf(i));
            MemorySegment.copy(unit, 0, rows.row(i), ValueLayout.JAVA_FLOAT, 0, unit.length);
        }
    }

    /** @throws EngineException.InvalidArgument if the other has vectors of another dimension */
    public void requireSameDimension(LoadedVectors other) {
        if (other.rows.dimension() != rows.dimension()) {
            throw new EngineException.InvalidArgument(
                    other.path.toString(), rows.dimension() + " dimensions", String.valueOf(other.rows.dimension()));
        }
    }

    /** The vectors, until this is closed. */
    public Rows rows() {
        return rows;
    }

    @Override
    public void close() {
        block.close();
    }
}
