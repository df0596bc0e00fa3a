package io.vecino;

import io.vecino.files.CodeFile;
import io.vecino.files.NpyWriter;
import io.vecino.files.VectorFile;
import io.vecino.measure.GroundTruth;
import io.vecino.measure.IndexTrial;
import io.vecino.measure.ScoreError;
import io.vecino.model.CodeQuality;
import io.vecino.model.EngineException;
import io.vecino.model.IndexSpec;
import io.vecino.model.Metric;
import io.vecino.model.Pipeline;
import io.vecino.model.QuantizationResult;
import io.vecino.model.SearchParams;
import io.vecino.quantization.PipelineModel;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.quantization.TrainingSample;
import io.vecino.storage.CheckedFileWriter;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** Codes of the vectors in a file, without a database. Vectors are .npy (float16 or float32) or .fvecs. */
public final class EngineCodes {
    private static final int BLOCK = 4096;

    private EngineCodes() {}

    /**
     * Trains a pipeline on a file, or on a sample of its rows, and writes the codes and the trained model.
     *
     * @param metric how the vectors of {@code in} are compared
     * @param pipeline without refine codes
     * @throws EngineException.InvalidArgument if the file cannot be read as vectors or cannot train the pipeline
     * @throws EngineException.StorageFailure if a file cannot be written
     */
    public static QuantizationResult quantize(Path in, Metric metric, Pipeline pipeline, Path out, Path model) {
        if (pipeline.refine().isPresent()) {
            throw new EngineException.InvalidArgument("pipeline", "no refine codes in a file", pipeline.toString());
        }
        try (VectorFile file = VectorFile.open(in)) {
            pipeline.outputDimension(file.dimension());
            long start = System.nanoTime();
            PipelineModel trained = new PipelineModel(metric, file.dimension(), train(file, metric, pipeline));
            double seconds = (System.nanoTime() - start) / 1e9;
            byte[] bytes = trained.toBytes();
            QuantizationResult result = encode(trained, bytes, file, out, seconds);
            CodeFile.writeModel(model, bytes);
            return result;
        }
    }

    /**
     * Encodes a file by a model that {@link #quantize} wrote.
     *
     * @throws EngineException.InvalidArgument if the model is damaged, of another version or of another dimension
     */
    public static QuantizationResult encode(Path model, Path in, Path out) {
        byte[] bytes = CodeFile.readModel(model);
        PipelineModel trained = read(model, bytes);
        try (VectorFile file = open(in, trained)) {
            return encode(trained, bytes, file, out, 0);
        }
    }

    /**
     * Decodes a file of codes.
     *
     * @param out .npy of float32: the vectors that the codes stand for, as the pipeline's reduction left them
     * @throws EngineException.InvalidArgument if the codes are damaged, of another version or of another model
     */
    public static QuantizationResult decode(Path model, Path codes, Path out) {
        byte[] bytes = CodeFile.readModel(model);
        PipelineModel read = read(model, bytes);
        TrainedPipeline pipeline = read.trained();
        int size = pipeline.quantizer().bytesPerVector();
        int dimension = pipeline.quantizer().dimension();
        long start = System.nanoTime();
        try (CodeFile file = CodeFile.open(codes, bytes, pipeline.bytesPerVector());
                NpyWriter writer = new NpyWriter(out, file.count(), dimension);
                Scratch scratch = new Scratch()) {
            MemorySegment rows = scratch.floats((long) BLOCK * dimension);
            for (int first = 0; first < file.count(); first += BLOCK) {
                int count = Math.min(BLOCK, file.count() - first);
                pipeline.quantizer().decode(file.body().asSlice((long) first * size, (long) count * size), count, rows);
                writer.write(rows, count);
            }
            writer.finish();
            return result(read, file.count(), 0, (System.nanoTime() - start) / 1e9);
        }
    }

    /**
     * Compares what a scan of the codes finds with exact search.
     *
     * @param in vectors to search in
     * @param queries vectors to search for
     * @param k neighbours, at least 1
     */
    public static CodeQuality quality(Path model, Path in, Path queries, int k) {
        PipelineModel trained = read(model, CodeFile.readModel(model));
        if (k < 1) {
            throw new EngineException.InvalidArgument("k", "at least 1", String.valueOf(k));
        }
        Similarity similarity = Similarity.of(trained.metric());
        NativeMemory memory = new NativeMemory(Long.MAX_VALUE);
        try (VectorFile file = open(in, trained);
                VectorFile searched = open(queries, trained);
                NativeMemory.Block base = read(file, memory);
                NativeMemory.Block asked = read(searched, memory)) {
            Rows rows = rows(base, file, trained.metric());
            Rows questions = rows(asked, searched, trained.metric());
            GroundTruth truth = GroundTruth.exact(rows, questions, similarity, k);
            try (IndexTrial trial =
                    IndexTrial.build(rows, similarity, trained.trained(), new IndexSpec.Flat(), memory)) {
                int[][] found = trial.search(
                        questions,
                        truth.k(),
                        SearchParams.DEFAULT,
                        Runtime.getRuntime().availableProcessors());
                double error = ScoreError.mean(trained.trained(), rows, questions, similarity);
                return new CodeQuality(truth.k(), truth.recall(found), error);
            }
        }
    }

    private static NativeMemory.Block read(VectorFile file, NativeMemory memory) {
        NativeMemory.Block block =
                memory.allocate(Math.max(1, (long) file.count() * file.dimension() * Float.BYTES), "vectors");
        file.read(0, file.count(), block.segment());
        return block;
    }

    private static Rows rows(NativeMemory.Block block, VectorFile file, Metric metric) {
        Rows rows = new Rows(block.segment(), file.count(), file.dimension());
        prepare(rows, metric);
        return rows;
    }

    private static VectorFile open(Path path, PipelineModel model) {
        VectorFile file = VectorFile.open(path);
        if (file.dimension() != model.dimension()) {
            file.close();
            throw new EngineException.InvalidArgument(
                    path.toString(), model.dimension() + " dimensions", String.valueOf(file.dimension()));
        }
        return file;
    }

    private static PipelineModel read(Path path, byte[] bytes) {
        try {
            return PipelineModel.fromBytes(bytes);
        } catch (IllegalArgumentException e) {
            throw new EngineException.InvalidArgument(
                    path.toString(), "a model of codes", String.valueOf(e.getMessage()));
        }
    }

    private static TrainedPipeline train(VectorFile file, Metric metric, Pipeline pipeline) {
        try (TrainingSample sample = TrainingSample.of(pipeline, file.dimension(), file.count());
                Scratch scratch = new Scratch()) {
            MemorySegment row = scratch.floats((long) file.dimension());
            for (int i = 0; i < file.count(); i++) {
                file.read(i, 1, row);
                sample.offer(Similarity.prepare(metric, row.toArray(ValueLayout.JAVA_FLOAT)));
            }
            return TrainedPipeline.train(pipeline, sample.rows(), Similarity.of(metric));
        }
    }

    private static QuantizationResult encode(
            PipelineModel model, byte[] bytes, VectorFile file, Path out, double trainSeconds) {
        TrainedPipeline pipeline = model.trained();
        int biasBytes = pipeline.transform().biased() ? Float.BYTES : 0;
        long start = System.nanoTime();
        try (Scratch scratch = new Scratch();
                CheckedFileWriter writer = CodeFile.create(out, bytes)) {
            MemorySegment rows = scratch.floats((long) BLOCK * file.dimension());
            MemorySegment images =
                    scratch.floats((long) BLOCK * pipeline.quantizer().dimension());
            MemorySegment codes =
                    scratch.bytes((long) BLOCK * pipeline.quantizer().bytesPerVector());
            MemorySegment biases = scratch.bytes((long) file.count() * biasBytes);
            for (int first = 0; first < file.count(); first += BLOCK) {
                int count = Math.min(BLOCK, file.count() - first);
                file.read(first, count, rows);
                prepare(new Rows(rows, count, file.dimension()), model.metric());
                new Rows(rows, count, file.dimension()).requireFinite("rows from " + first + " on");
                pipeline.transform().points(rows, count, images, biases.asSlice((long) first * biasBytes));
                pipeline.quantizer().encode(images, count, codes);
                writer.write(
                        codes.asSlice(0, (long) count * pipeline.quantizer().bytesPerVector()));
            }
            writer.write(biases);
            CodeFile.finish(writer, file.count(), pipeline.bytesPerVector());
        }
        return result(model, file.count(), trainSeconds, (System.nanoTime() - start) / 1e9);
    }

    private static QuantizationResult result(PipelineModel model, int rows, double trainSeconds, double seconds) {
        TrainedPipeline pipeline = model.trained();
        return new QuantizationResult(
                rows,
                model.dimension(),
                pipeline.pipeline(),
                pipeline.bytesPerVector(),
                pipeline.transform().origin(),
                trainSeconds,
                seconds);
    }

    private static void prepare(Rows rows, Metric metric) {
        if (metric == Metric.COSINE) {
            for (int i = 0; i < rows.count(); i++) {
                float[] unit = Similarity.prepare(metric, rows.copyOf(i));
                MemorySegment.copy(unit, 0, rows.row(i), ValueLayout.JAVA_FLOAT, 0, unit.length);
            }
        }
    }
}
