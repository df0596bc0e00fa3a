package io.vecino;

import io.vecino.files.NpyWriter;
import io.vecino.files.VectorFile;
import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import io.vecino.model.ProgressListener;
import io.vecino.model.ReductionInfo;
import io.vecino.model.ReductionRequest;
import io.vecino.model.ReductionResult;
import io.vecino.storage.AtomicFile;
import io.vecino.storage.Disk;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.FakeQuantizer;
import io.vecino.transform.ReductionModel;
import io.vecino.transform.RowStream;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import io.vecino.transform.Transform;
import io.vecino.transform.TransformTraining;
import io.vecino.transform.Transforms;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Work on files of vectors, without a database. Input is .npy (float16 or float32) or .fvecs, output .npy of float32. */
public final class EngineFiles {
    private static final long SAMPLE_BYTES = 256L << 20;
    private static final int BLOCK = 4096;

    private EngineFiles() {}

    /**
     * Trains transforms on a file and writes the reduced vectors and the trained model. Of a file beyond 256 MiB of float32
     * rows, PCA in the first place sees all rows, block by block, and everything else that many spread evenly over it.
     *
     * @throws EngineException.InvalidArgument if a file cannot be read as vectors or cannot train the transforms
     * @throws EngineException.StorageFailure if a file cannot be written
     */
    public static ReductionResult reduce(ReductionRequest request, ProgressListener listener) {
        try (VectorFile file = VectorFile.open(request.in())) {
            long start = System.nanoTime();
            ReductionModel trained = new ReductionModel(request.metric(), train(file, request, listener));
            double seconds = (System.nanoTime() - start) / 1e9;
            ReductionResult result = write(trained, Images.POINTS, request.in(), file, request.out(), listener);
            AtomicFile.write(Disk.LOCAL, request.model(), trained.toBytes());
            return result.trainedIn(seconds);
        }
    }

    /**
     * Reduces a file by a model that {@link #reduce} wrote.
     *
     * @param asQueries whether the vectors are to be searched for; some methods map queries otherwise than points
     * @throws EngineException.InvalidArgument if the model is damaged or of another dimension, or the file no vectors
     * @throws EngineException.StorageFailure if a file cannot be read or written
     */
    public static ReductionResult apply(Path model, Path in, Path out, boolean asQueries, ProgressListener listener) {
        ReductionModel trained = load(model);
        try (VectorFile file = VectorFile.open(in)) {
            if (file.dimension() != trained.transform().inputDimension()) {
                throw new EngineException.InvalidArgument(
                        in.toString(),
                        trained.transform().inputDimension() + " dimensions",
                        String.valueOf(file.dimension()));
            }
            return write(trained, asQueries ? Images.QUERIES : Images.POINTS, in, file, out, listener);
        }
    }

    /**
     * The vectors of a file.
     *
     * @param most rows that are accepted
     * @throws EngineException.InvalidArgument if it cannot be read as vectors, or has more
     */
    public static List<float[]> vectors(Path in, int most) {
        try (VectorFile file = VectorFile.open(in)) {
            if (file.count() > most) {
                throw new EngineException.InvalidArgument(
                        in.toString(), "at most " + most + " vectors", String.valueOf(file.count()));
            }
            int d = file.dimension();
            try (NativeMemory.Block block = memory((long) Math.max(1, file.count()) * d * Float.BYTES, "vectors")) {
                file.read(0, file.count(), block.segment());
                Rows rows = new Rows(block.segment(), file.count(), d);
                requireFinite(rows, in, 0);
                return IntStream.range(0, rows.count()).mapToObj(rows::copyOf).toList();
            }
        }
    }

    /**
     * What a model that {@link #reduce} wrote is.
     *
     * @throws EngineException.InvalidArgument if the model is damaged or of another version
     * @throws EngineException.StorageFailure if the file cannot be read
     */
    public static ReductionInfo describe(Path model) {
        ReductionModel trained = load(model);
        Transform transform = trained.transform();
        return new ReductionInfo(
                trained.metric(),
                transform.inputDimension(),
                transform.outputDimension(),
                comparedBy(transform),
                transform.scoreName(),
                transform.origin(),
                Transforms.spectrum(transform));
    }

    private static Transform train(VectorFile file, ReductionRequest request, ProgressListener listener) {
        int d = file.dimension();
        int count = (int) Math.min(file.count(), SAMPLE_BYTES / Float.BYTES / d);
        try (NativeMemory.Block block = memory((long) count * d * Float.BYTES, "training sample");
                SampleQueries queries = SampleQueries.read(request.sampleQueries(), request.metric(), d)) {
            Rows sample = spread(file, request.in(), block.segment(), count);
            prepare(sample, request.metric());
            TransformTraining training = new TransformTraining(
                    queries.rows(), listener, request.through().map(FakeQuantizer::of));
            Similarity similarity = Similarity.of(request.metric());
            return count == file.count()
                    ? training.trainUnbiased(request.transforms(), sample, similarity)
                    : training.trainUnbiased(request.transforms(), all(file, request, listener), sample, similarity);
        }
    }

    private static RowStream all(VectorFile file, ReductionRequest request, ProgressListener listener) {
        int d = file.dimension();
        return consumer -> {
            try (NativeMemory.Block block = memory((long) BLOCK * d * Float.BYTES, "block of rows")) {
                for (int first = 0; first < file.count(); first += BLOCK) {
                    Rows rows = new Rows(block.segment(), Math.min(BLOCK, file.count() - first), d);
                    file.read(first, rows.count(), rows.segment());
                    requireFinite(rows, request.in(), first);
                    prepare(rows, request.metric());
                    consumer.accept(rows);
                    listener.at("read", (double) (first + rows.count()) / file.count());
                }
            }
        };
    }

    private static NativeMemory.Block memory(long bytes, String purpose) {
        return new NativeMemory(Long.MAX_VALUE).allocate(bytes, purpose);
    }

    /** Rows spread evenly over a file. */
    private static Rows spread(VectorFile file, Path in, MemorySegment out, int count) {
        long row = (long) file.dimension() * Float.BYTES;
        for (int i = 0; i < count; i++) {
            int ordinal = (int) ((long) file.count() * i / count);
            MemorySegment at = out.asSlice(i * row, row);
            file.read(ordinal, 1, at);
            requireFinite(new Rows(at, 1, file.dimension()), in, ordinal);
        }
        return new Rows(out, count, file.dimension());
    }

    private static void requireFinite(Rows rows, Path in, int first) {
        try {
            rows.requireFinite("rows");
        } catch (EngineException.InvalidArgument _) {
            for (int i = 0; i < rows.count(); i++) {
                float[] row = rows.copyOf(i);
                for (int j = 0; j < row.length; j++) {
                    if (!Float.isFinite(row[j])) {
                        throw new EngineException.InvalidArgument(
                                in + " row " + (first + i) + ", column " + j, "a finite value", String.valueOf(row[j]));
                    }
                }
            }
        }
    }

    private static void prepare(Rows rows, Metric metric) {
        if (metric == Metric.COSINE) {
            for (int i = 0; i < rows.count(); i++) {
                float[] unit = Similarity.prepare(metric, rows.copyOf(i));
                MemorySegment.copy(unit, 0, rows.row(i), ValueLayout.JAVA_FLOAT, 0, unit.length);
            }
        }
    }

    private static ReductionResult write(
            ReductionModel model, Images images, Path in, VectorFile file, Path out, ProgressListener listener) {
        Transform transform = model.transform();
        int d = file.dimension();
        int m = transform.outputDimension();
        try (NativeMemory.Block block = memory((long) BLOCK * (d + m) * Float.BYTES, "rows to reduce");
                NpyWriter writer = new NpyWriter(out, file.count(), m)) {
            MemorySegment written = block.segment().asSlice((long) BLOCK * d * Float.BYTES);
            for (int first = 0; first < file.count(); first += BLOCK) {
                int count = Math.min(BLOCK, file.count() - first);
                Rows rows = new Rows(block.segment(), count, d);
                file.read(first, count, rows.segment());
                requireFinite(rows, in, first);
                prepare(rows, model.metric());
                images.of(transform, rows, written);
                writer.write(written, count);
                listener.at("write", (double) (first + count) / file.count());
            }
            writer.finish();
        }
        return new ReductionResult(
                file.count(), d, m, comparedBy(transform), transform.scoreName(), transform.origin(), 0);
    }

    private static Metric comparedBy(Transform transform) {
        return transform.similarity() == Similarity.L2 ? Metric.L2 : Metric.IP;
    }

    /** Maps rows of the role they have in searches. */
    @FunctionalInterface
    private interface Images {
        Images POINTS =
                (transform, rows, out) -> transform.points(rows.segment(), rows.count(), out, MemorySegment.NULL);
        Images QUERIES = (transform, rows, out) -> {
            long image = (long) transform.outputDimension() * Float.BYTES;
            for (int i = 0; i < rows.count(); i++) {
                transform.query(rows.row(i), out.asSlice(i * image, image));
            }
        };

        void of(Transform transform, Rows rows, MemorySegment out);
    }

    private static ReductionModel load(Path path) {
        try {
            return ReductionModel.fromBytes(Files.readAllBytes(path));
        } catch (IOException e) {
            throw new EngineException.StorageFailure("cannot read " + path + ": " + e, e);
        } catch (IllegalArgumentException e) {
            throw new EngineException.InvalidArgument(
                    path.toString(), "a reduction model", String.valueOf(e.getMessage()));
        }
    }
}
