package io.vecino;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.files.NpyWriter;
import io.vecino.files.VectorFile;
import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import io.vecino.model.ProgressListener;
import io.vecino.model.QuantizerSpec;
import io.vecino.model.ReductionInfo;
import io.vecino.model.ReductionRequest;
import io.vecino.model.ReductionResult;
import io.vecino.model.TransformSpec;
import io.vecino.storage.Scratch;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineFilesTest {
    private static final int ROWS = 5000;
    private static final int DIMENSION = 20;

    private final Random random = Vectors.random("EngineFilesTest");

    @TempDir
    private Path folder = Path.of("");

    private Path write(String name, List<float[]> vectors, int dimension) {
        Path path = folder.resolve(name);
        try (Scratch scratch = new Scratch();
                NpyWriter writer = new NpyWriter(path, vectors.size(), dimension)) {
            for (float[] vector : vectors) {
                writer.write(scratch.floats(vector), 1);
            }
            writer.finish();
        }
        return path;
    }

    private static List<float[]> read(Path path) {
        try (VectorFile file = VectorFile.open(path);
                Scratch scratch = new Scratch()) {
            MemorySegment rows = scratch.floats((long) file.count() * file.dimension());
            file.read(0, file.count(), rows);
            float[] values = rows.toArray(ValueLayout.JAVA_FLOAT);
            return java.util.stream.IntStream.range(0, file.count())
                    .mapToObj(
                            i -> java.util.Arrays.copyOfRange(values, i * file.dimension(), (i + 1) * file.dimension()))
                    .toList();
        }
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void aStoredModelGivesTheSameVectorsAgain(Metric metric) throws IOException {
        Path in = write("in.npy", Vectors.clustered(random, ROWS, DIMENSION), DIMENSION);
        Path out = folder.resolve("out.npy");
        Path model = folder.resolve("model.vct");
        List<String> tasks = new ArrayList<>();
        ReductionResult result = EngineFiles.reduce(
                request(in, metric, out, model, "pca:6", "rotate"), (task, share) -> tasks.add(task + " " + share));
        assertTrue(tasks.contains("write 1.0"), tasks.toString());
        assertEquals(ROWS, result.rows());
        assertEquals(6, result.outputDimension());
        Path again = folder.resolve("again.npy");
        ReductionResult applied = EngineFiles.apply(model, in, again, false, ProgressListener.NONE);
        assertEquals(result.comparedBy(), applied.comparedBy());
        assertEquals(-1, Files.mismatch(out, again));
        assertEquals(ROWS, read(out).size());
        try (var left = Files.list(folder)) {
            assertEquals(4, left.count(), "no temporary files are left");
        }
    }

    @Test
    void writtenVectorsAreCloseWhereTheOriginalsAre() {
        List<float[]> vectors = Vectors.clustered(random, ROWS, DIMENSION);
        vectors.set(1, vectors.getFirst().clone());
        Path out = folder.resolve("out.npy");
        Path in = write("in.npy", vectors, DIMENSION);
        EngineFiles.reduce(request(in, Metric.L2, out, folder.resolve("model.vct"), "pca:20"), ProgressListener.NONE);
        List<float[]> reduced = read(out);
        assertArrayEquals(reduced.getFirst(), reduced.get(1));
        double expected = distance(vectors.getFirst(), vectors.get(2));
        assertEquals(expected, distance(reduced.getFirst(), reduced.get(2)), 1e-3 * expected);
    }

    private static ReductionRequest request(Path in, Metric metric, Path out, Path model, String... transforms) {
        return new ReductionRequest(
                in,
                metric,
                Stream.of(transforms).map(TransformSpec::parse).toList(),
                Optional.empty(),
                Optional.empty(),
                out,
                model);
    }

    @ParameterizedTest
    @ValueSource(strings = {"distill:4@3", "distill:4:2@3", "pca:4", "distill:4@3+rotate"})
    void onlyDistillationOfOneSizeIsTrainedThroughAQuantizer(String transforms) {
        Path in = write("in.npy", Vectors.clustered(random, 600, DIMENSION), DIMENSION);
        ReductionRequest request = new ReductionRequest(
                in,
                Metric.IP,
                Stream.of(transforms.split("\\+")).map(TransformSpec::parse).toList(),
                Optional.empty(),
                Optional.of(QuantizerSpec.parse("int4")),
                folder.resolve("out.npy"),
                folder.resolve("model.vct"));
        if (transforms.equals("distill:4@3")) {
            assertEquals(4, EngineFiles.reduce(request, ProgressListener.NONE).outputDimension());
        } else {
            var error = assertThrows(
                    EngineException.InvalidArgument.class, () -> EngineFiles.reduce(request, ProgressListener.NONE));
            assertTrue(error.getMessage().contains("distill of one size"), error.getMessage());
        }
    }

    private static void apply(Path model, Path in, Path out) {
        EngineFiles.apply(model, in, out, false, ProgressListener.NONE);
    }

    @Test
    void aModelTellsItsSpectrumAndWhatItIs() {
        Path in = write("in.npy", Vectors.clustered(random, 400, DIMENSION), DIMENSION);
        Path model = folder.resolve("model.vct");
        EngineFiles.reduce(
                request(in, Metric.COSINE, folder.resolve("out.npy"), model, "pca:6", "rotate"), ProgressListener.NONE);
        ReductionInfo info = EngineFiles.describe(model);
        assertEquals(DIMENSION, info.inputDimension());
        assertEquals(6, info.outputDimension());
        assertEquals(Metric.COSINE, info.metric());
        assertEquals(DIMENSION, info.spectrum().size());
        assertTrue(info.spectrum().getFirst() >= info.spectrum().getLast());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 399})
    void namesTheFileRowAndColumnOfAValueThatIsNotFinite(int row) {
        List<float[]> vectors = Vectors.clustered(random, 400, DIMENSION);
        vectors.get(row)[3] = Float.NaN;
        Path in = write("in.npy", vectors, DIMENSION);
        Path out = folder.resolve("out.npy");
        ReductionRequest request = request(in, Metric.IP, out, folder.resolve("model.vct"), "pca:6");
        var error = assertThrows(
                EngineException.InvalidArgument.class, () -> EngineFiles.reduce(request, ProgressListener.NONE));
        assertTrue(error.getMessage().contains("in.npy row " + row + ", column 3"), error.getMessage());
        assertFalse(Files.exists(out));
    }

    @Test
    void refusesAModelOfAnotherVersionAndSaysWhich() throws IOException {
        Path in = write("in.npy", Vectors.clustered(random, 300, DIMENSION), DIMENSION);
        Path out = folder.resolve("out.npy");
        Path model = folder.resolve("model.vct");
        EngineFiles.reduce(request(in, Metric.IP, out, model, "truncate:4"), ProgressListener.NONE);
        byte[] bytes = Files.readAllBytes(model);
        bytes[4]++;
        Files.write(model, bytes);
        var error = assertThrows(EngineException.InvalidArgument.class, () -> apply(model, in, out));
        assertTrue(error.getMessage().contains("of version 1, got version 2"), error.getMessage());
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return Math.sqrt(sum);
    }

    @Test
    void refusesDamagedModelsOtherDimensionsAndNothingToDo() throws IOException {
        Path in = write("in.npy", Vectors.clustered(random, 300, DIMENSION), DIMENSION);
        Path narrow = write("narrow.npy", Vectors.clustered(random, 300, 7), 7);
        Path out = folder.resolve("out.npy");
        Path model = folder.resolve("model.vct");
        assertThrows(EngineException.InvalidArgument.class, () -> request(in, Metric.IP, out, model));
        EngineFiles.reduce(request(in, Metric.IP, out, model, "truncate:4"), ProgressListener.NONE);
        Path other = folder.resolve("other.npy");
        assertThrows(EngineException.InvalidArgument.class, () -> apply(model, narrow, other));
        byte[] bytes = Files.readAllBytes(model);
        bytes[bytes.length / 2] ^= 4;
        Files.write(model, bytes);
        var error = assertThrows(EngineException.InvalidArgument.class, () -> apply(model, in, other));
        assertTrue(error.getMessage().contains("model.vct"), error.getMessage());
        assertFalse(Files.exists(other));
        Path missing = folder.resolve("missing.vct");
        assertThrows(EngineException.StorageFailure.class, () -> apply(missing, in, other));
    }
}
