package io.vecino.loading.file;

import io.vecino.model.EngineException;
import io.vecino.model.Payload;
import io.vecino.model.PointId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;

/** Float32 rows as .npy or .fvecs, and what belongs to them beside. */
final class MatrixWriter implements PointWriter {
    private final NewFile file;
    private final Format format;
    private final int dimension;
    private final JsonlWriter beside;
    private final ByteBuffer row;
    private long rows;

    MatrixWriter(Path path, Format format, int dimension) {
        this.file = new NewFile(path);
        this.format = format;
        this.dimension = dimension;
        try {
            this.beside = new JsonlWriter(path.resolveSibling(path.getFileName() + BESIDE), false);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
        int prefix = format == Format.FVECS ? Integer.BYTES : 0;
        this.row = ByteBuffer.allocate(prefix + dimension * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (format == Format.NPY) {
            file.write(header().array(), 0, NpyHeader.BYTES);
        }
    }

    private ByteBuffer header() {
        return new NpyHeader("<f4", List.of(rows, (long) dimension)).encode();
    }

    @Override
    public void write(PointId id, float[] vector, Payload payload) {
        if (vector.length != dimension) {
            throw new EngineException.InvalidArgument(
                    "vector of " + id, dimension + " values", String.valueOf(vector.length));
        }
        row.clear();
        if (format == Format.FVECS) {
            row.putInt(dimension);
        }
        for (float value : vector) {
            row.putFloat(value);
        }
        file.write(row.array(), 0, row.position());
        beside.write(id, vector, payload);
        rows++;
    }

    @Override
    public void finish() {
        if (format == Format.NPY) {
            file.rewrite(header());
        }
        beside.finish();
        file.publish();
    }

    @Override
    public void close() {
        try (beside) {
            file.close();
        }
    }
}
