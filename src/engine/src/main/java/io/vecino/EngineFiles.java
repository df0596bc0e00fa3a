package io.vecino;

import io.vecino.files.NpyWriter;
import io.vecino.files.VectorFile;
import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import io.vecino.model.ReductionResult;
import io.vecino.model.TransformSpec;
import io.vecino.storage.AtomicFile;
import io.vecino.storage.Disk;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.ReductionModel;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import io.vecino.transform.Transform;
import io.vecino.transform.Transforms;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Work on files of vectors, without a database. Input is .npy (float16 or float32) or .fvecs, output .npy of float32. */
public final class EngineFiles {
    private static final long SAMPLE_BYTES = 256L << 20;
    private static final int BLOCK = 4096;

    private EngineFiles() {}

    /**
     * Trains transforms on a file, or on 256 MiB of rows spread evenly over it, and writes the reduced vectors and the trained
     * model.
     *
     * @param metric how the vectors of {@code in} are compared
     * @param transforms in order, at least one: {@code TransformSpec.parse("distill:96@60s")}
     * @throws EngineException.InvalidArgument if the file cannot be read as vectors or cannot train the transforms
     * @throws EngineException.StorageFailure if a file cannot be written
     */
    public static ReductionResult reduce(Path in, Metric metric, List<TransformSpec> transforms, Path out, Path model) {
        if (transforms.isEmpty()) {
            throw new EngineException.InvalidArgument("transforms", "at least one", "none");
        }
        try (VectorFile file = VectorFile.open(in)) {
            long start = System.nanoTime();
            ReductionModel trained = new ReductionModel(metric, train(file, metric, transforms));
            double seconds = (System.nanoTime() - start) / 1e9;
            ReductionResult result = write(trained, file, out, seconds);
            AtomicFile.write(Disk.LOCAL, model, trained.toBytes());
            return result;
        }
    }

    /**
     * Reduces a file by a model that {@link #reduce} wrote.
     *
     * @throws EngineException.InvalidArgument if the model is damaged or of another dimension, or the file no vectors
     * @throws EngineException.StorageFailure if a file cannot be read or written
     */
    public static ReductionResult apply(Path model, Path in, Path out) {
        ReductionModel trained = load(model);
        try (VectorFile file = VectorFile.open(in)) {
            if (file.dimension() != trained.transform().inputDimension()) {
                throw new EngineException.InvalidArgument(
                        in.toString(),
                        trained.transform().inputDimension() + " dimensions",
                        String.valueOf(file.dimension()));
            }
            return write(trained, file, out, 0);
        }
    }

    private static Transform train(VectorFile file, Metric metric, List<TransformSpec> transforms) {
        int d = file.dimension();
        int count = (int) Math.min(file.count(), SAMPLE_BYTES / Float.BYTES / d);
        long row = (long) d * Float.BYTES;
        try (NativeMemory.Block block = new NativeMemory(Long.MAX_VALUE).allocate(count * row, "training sample")) {
            for (int i = 0; i < count; i++) {
                file.read(
                        (int) ((long) file.count() * i / count),
                        1,
                        block.segment().asSlice(i * row, row));
            }
            Rows sample = new Rows(block.segment(), count, d);
            prepare(sample, metric);
            return Transforms.trainUnbiased(transforms, sample, Similarity.of(metric));
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

    private static ReductionResult write(ReductionModel model, VectorFile file, Path out, double seconds) {
        Transform transform = model.transform();
        int d = file.dimension();
        int m = transform.outputDimension();
        long bytes = (long) BLOCK * (d + m) * Float.BYTES;
        try (NativeMemory.Block block = new NativeMemory(Long.MAX_VALUE).allocate(bytes, "rows to reduce");
                NpyWriter writer = new NpyWriter(out, file.count(), m)) {
            MemorySegment images = block.segment().asSlice((long) BLOCK * d * Float.BYTES);
            for (int first = 0; first < file.count(); first += BLOCK) {
                int count = Math.min(BLOCK, file.count() - first);
                file.read(first, count, block.segment());
                prepare(new Rows(block.segment(), count, d), model.metric());
                transform.points(block.segment(), count, images, MemorySegment.NULL);
                writer.write(images, count);
            }
            writer.finish();
        }
        Metric comparedBy = transform.similarity() == Similarity.L2 ? Metric.L2 : Metric.IP;
        return new ReductionResult(file.count(), d, m, comparedBy, transform.scoreName(), transform.origin(), seconds);
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
