package io.vecino;

import io.vecino.files.VectorFile;
import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;

/** Queries that a training may see, read from a file. */
record SampleQueries(Optional<Rows> rows, Optional<NativeMemory.Block> block) implements AutoCloseable {
    /**
     * Reads them, as they are compared.
     *
     * @throws EngineException.InvalidArgument if they are of another dimension or not finite
     */
    static SampleQueries read(Optional<Path> path, Metric metric, int dimension) {
        if (path.isEmpty()) {
            return new SampleQueries(Optional.empty(), Optional.empty());
        }
        try (VectorFile file = VectorFile.open(path.get())) {
            if (file.dimension() != dimension) {
                throw new EngineException.InvalidArgument(
                        path.get().toString(), dimension + " dimensions", String.valueOf(file.dimension()));
            }
            NativeMemory.Block block = new NativeMemory(Long.MAX_VALUE)
                    .allocate((long) file.count() * dimension * Float.BYTES, "sample of queries");
            file.read(0, file.count(), block.segment());
            Rows rows = new Rows(block.segment(), file.count(), dimension);
            for (int i = 0; i < rows.count(); i++) {
                float[] row = Similarity.prepare(metric, rows.copyOf(i));
                MemorySegment.copy(row, 0, rows.row(i), ValueLayout.JAVA_FLOAT, 0, row.length);
            }
            return new SampleQueries(Optional.of(rows), Optional.of(block));
        }
    }

    @Override
    public void close() {
        block.ifPresent(NativeMemory.Block::close);
    }
}
