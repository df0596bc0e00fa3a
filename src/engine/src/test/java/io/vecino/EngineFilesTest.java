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
import io.vecino.model.ReductionResult;
import io.vecino.model.TransformSpec;
import io.vecino.storage.Scratch;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
        ReductionResult result = EngineFiles.reduce(
                in, metric, List.of(TransformSpec.parse("pca:6"), TransformSpec.parse("rotate")), out, model);
        assertEquals(ROWS, result.rows());
        assertEquals(6, result.outputDimension());
        Path again = folder.resolve("again.npy");
        ReductionResult applied = EngineFiles.apply(model, in, again);
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
        EngineFiles.reduce(
                write("in.npy", vectors, DIMENSION),
                Metric.L2,
                List.of(TransformSpec.parse("pca:20")),
                out,
                folder.resolve("model.vct"));
        List<float[]> reduced = read(out);
        assertArrayEquals(reduced.getFirst(), reduced.get(1));
        double expected = distance(vectors.getFirst(), vectors.get(2));
        assertEquals(expected, distance(reduced.getFirst(), reduced.get(2)), 1e-3 * expected);
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
        assertThrows(
                EngineException.InvalidArgument.class, () -> EngineFiles.reduce(in, Metric.IP, List.of(), out, model));
        EngineFiles.reduce(in, Metric.IP, List.of(TransformSpec.parse("truncate:4")), out, model);
        Path other = folder.resolve("other.npy");
        assertThrows(EngineException.InvalidArgument.class, () -> EngineFiles.apply(model, narrow, other));
        byte[] bytes = Files.readAllBytes(model);
        bytes[bytes.length / 2] ^= 4;
        Files.write(model, bytes);
        var error = assertThrows(EngineException.InvalidArgument.class, () -> EngineFiles.apply(model, in, other));
        assertTrue(error.getMessage().contains("model.vct"), error.getMessage());
        assertFalse(Files.exists(other));
        Path missing = folder.resolve("missing.vct");
        assertThrows(EngineException.StorageFailure.class, () -> EngineFiles.apply(missing, in, other));
    }
}
