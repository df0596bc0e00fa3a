package io.vecino.loading.file;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.Payload;
import io.vecino.model.Point;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A matrix in an HDF5 file, little-endian, contiguous or in chunks; ann-benchmarks calls them train, test and neighbors. */
final class Hdf5Reader {
    private Hdf5Reader() {}

    static PointReader open(Path path, ReadOptions options, Labels labels) {
        HdfFile file = Hostile.call(path::toString, "a readable HDF5 file", () -> new HdfFile(path));
        try {
            PointReader reader =
                    Hostile.call(path::toString, "a readable HDF5 file", () -> open(file, path, options, labels));
            if (reader instanceof MatrixReader) {
                file.close();
            }
            return reader;
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static PointReader open(HdfFile file, Path path, ReadOptions options, Labels labels) {
        String name = path + " dataset " + options.dataset();
        Node node = file.getByPath(options.dataset());
        if (!(node instanceof Dataset dataset)) {
            throw new EngineException.InvalidArgument(name, "a dataset", "something else");
        }
        long[] shape = dataset.getDimensionsAsLong();
        if (shape.length != 2 || shape[1] < 1 || shape[1] > CollectionConfig.MAX_DIMENSION) {
            throw new EngineException.InvalidArgument(
                    name, "rows of 1 to " + CollectionConfig.MAX_DIMENSION + " values", Arrays.toString(shape));
        }
        Element element = element(dataset.getDataType(), name);
        return switch (dataset) {
            case ContiguousDataset contiguous -> contiguous(file, path, contiguous, element, shape, labels);
            case ChunkedDataset chunked -> new Chunks(file, path, chunked, element, shape, labels);
            default -> throw new EngineException.InvalidArgument(name, "contiguous or chunked data", "another layout");
        };
    }

    private static Element element(DataType type, String name) {
        ByteOrder order = switch (type) {
            case FloatingPoint number -> number.getByteOrder();
            case FixedPoint number -> number.getByteOrder();
            default -> ByteOrder.BIG_ENDIAN;
        };
        String got = type.getClass().getSimpleName() + " of " + type.getSize() + " bytes, " + order;
        if (order == ByteOrder.LITTLE_ENDIAN || type.getSize() == 1) {
            if (type instanceof FloatingPoint) {
                for (Element element : List.of(Element.F2, Element.F4, Element.F8)) {
                    if (element.bytes() == type.getSize()) {
                        return element;
                    }
                }
            } else if (type instanceof FixedPoint number && type.getSize() == 1) {
                return number.isSigned() ? Element.I1 : Element.U1;
            } else if (type instanceof FixedPoint number && type.getSize() == Integer.BYTES && number.isSigned()) {
                return Element.I4;
            }
        }
        throw new EngineException.InvalidArgument(
                name, "little-endian float16, float32, float64, int8, uint8 or int32", got);
    }

    private static PointReader contiguous(
            HdfFile file, Path path, ContiguousDataset dataset, Element element, long[] shape, Labels labels) {
        ByteInput in = ByteInput.of(path);
        try {
            long start = file.getUserBlockSize() + dataset.getDataAddress();
            long size = in.size().orElse(0);
            if (shape[0] > 0
                    && (start < 0 || start > size || shape[0] > (size - start) / (shape[1] * element.bytes()))) {
                throw in.wrong(
                        Math.max(0, start),
                        shape[0] + " × " + shape[1] + " values of " + element.bytes() + " bytes",
                        size + " bytes in all");
            }
            in.pass(Math.max(0, start));
            return MatrixReader.raw(in, Format.HDF5, element, shape[0], (int) shape[1], labels);
        } catch (RuntimeException e) {
            in.close();
            throw e;
        }
    }

    /** A matrix in chunks, a band of them in memory at a time. */
    private static final class Chunks implements PointReader {
        private static final long MOST_BYTES = 256L << 20;

        private final HdfFile file;
        private final Path path;
        private final ChunkedDataset dataset;
        private final Element element;
        private final long rows;
        private final int dimension;
        private final int[] chunk;
        private final Labels labels;
        private byte[][] band = new byte[0][];
        private long bandAt = -1;
        private long next;

        Chunks(HdfFile file, Path path, ChunkedDataset dataset, Element element, long[] shape, Labels labels) {
            this.file = file;
            this.path = path;
            this.dataset = dataset;
            this.element = element;
            this.rows = shape[0];
            this.dimension = (int) shape[1];
            this.chunk = dataset.getChunkDimensions();
            this.labels = labels;
            if (chunk.length != 2
                    || chunk[0] < 1
                    || chunk[1] < 1
                    || (long) chunk[0] * element.bytes() > MOST_BYTES / (chunk[1] + dimension)
                    || rows > Integer.MAX_VALUE) {
                throw new EngineException.InvalidArgument(
                        path.toString(), "chunks of rows of at most " + MOST_BYTES + " bytes", Arrays.toString(chunk));
            }
        }

        private void load(long first) {
            int chunkBytes = chunk[0] * chunk[1] * element.bytes();
            band = new byte[(dimension + chunk[1] - 1) / chunk[1]][];
            for (int i = 0; i < band.length; i++) {
                int[] at = {(int) first, i * chunk[1]};
                band[i] = Hostile.call(
                        () -> path + " chunk at row " + first, "a chunk of " + chunkBytes + " bytes", () -> {
                            byte[] bytes = Hdf5Chunk.read(dataset, at, element.bytes(), chunkBytes);
                            if (bytes.length != chunkBytes) {
                                throw new EngineException.InvalidArgument(
                                        path + " chunk at row " + first,
                                        chunkBytes + " bytes",
                                        bytes.length + " bytes");
                            }
                            return bytes;
                        });
            }
            bandAt = first;
        }

        @Override
        public @Nullable Row next() {
            if (next == rows) {
                labels.requireEnd(next);
                return null;
            }
            long first = next / chunk[0] * chunk[0];
            if (first != bandAt) {
                load(first);
            }
            float[] vector = new float[dimension];
            int row = (int) (next - bandAt);
            for (int i = 0; i < band.length; i++) {
                float[] part = new float[Math.min(chunk[1], dimension - i * chunk[1])];
                int width = chunk[1] * element.bytes();
                element.read(
                        ByteBuffer.wrap(band[i], row * width, width).slice().order(ByteOrder.LITTLE_ENDIAN), part);
                System.arraycopy(part, 0, vector, i * chunk[1], part.length);
            }
            long number = next++;
            return switch (labels.next(number)) {
                case Labels.Label(var id, Payload payload) -> new Row.Good(number, new Point(id, vector, payload));
                case Labels.Unreadable(String reason) -> new Row.Bad(number, reason);
            };
        }

        @Override
        public void skip(long count) {
            next += Math.min(count, rows - next);
            labels.skip(count);
        }

        @Override
        public String name() {
            return path.toString();
        }

        @Override
        public Format format() {
            return Format.HDF5;
        }

        @Override
        public OptionalLong rows() {
            return OptionalLong.of(rows);
        }

        @Override
        public OptionalLong dimension() {
            return OptionalLong.of(dimension);
        }

        @Override
        public long offset() {
            return rows == 0 ? 0 : dataset.getStorageInBytes() / rows * next;
        }

        @Override
        public OptionalLong size() {
            return OptionalLong.of(dataset.getStorageInBytes());
        }

        @Override
        public void close() {
            try (labels) {
                file.close();
            }
        }
    }
}
