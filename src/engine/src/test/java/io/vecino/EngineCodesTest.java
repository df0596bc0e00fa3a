package io.vecino;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.files.NpyWriter;
import io.vecino.files.VectorFile;
import io.vecino.model.CodeQuality;
import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import io.vecino.model.Pipeline;
import io.vecino.model.QuantizationResult;
import io.vecino.storage.Scratch;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineCodesTest {
    private static final int ROWS = 5_000;
    private static final int DIMENSION = 20;

    private final Random random = Vectors.random("EngineCodesTest");

    @TempDir
    private Path folder = Path.of("");

    private Path write(String name, List<float[]> vectors) {
        Path path = folder.resolve(name);
        try (Scratch scratch = new Scratch();
                NpyWriter writer = new NpyWriter(path, vectors.size(), vectors.getFirst().length)) {
            for (float[] vector : vectors) {
                writer.write(scratch.floats(vector), 1);
            }
            writer.finish();
        }
        return path;
    }

    private static float[] read(Path path) {
        try (VectorFile file = VectorFile.open(path);
                Scratch scratch = new Scratch()) {
            MemorySegment rows = scratch.floats((long) file.count() * file.dimension());
            file.read(0, file.count(), rows);
            return rows.toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    private Path vectors(int count) {
        return write("in.npy", Vectors.clustered(random, count, DIMENSION));
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void decodesWhatItEncoded(Metric metric) throws IOException {
        Path in = vectors(ROWS);
        Path codes = folder.resolve("codes");
        Path model = folder.resolve("model");
        QuantizationResult result = EngineCodes.quantize(in, metric, Pipeline.parse("none/int8"), codes, model);
        assertEquals(ROWS, result.rows());
        assertEquals(DIMENSION + 6, result.bytesPerVector());
        Path again = folder.resolve("again");
        EngineCodes.encode(model, in, again);
        assertEquals(-1, Files.mismatch(codes, again));
        Path out = folder.resolve("out.npy");
        EngineCodes.decode(model, codes, out);
        float[] before = read(in);
        float[] after = read(out);
        for (int i = 0; i < ROWS; i++) {
            double norm = 0;
            for (int j = 0; j < DIMENSION; j++) {
                norm += Math.pow(before[i * DIMENSION + j], 2);
            }
            double scale = metric == Metric.COSINE ? Math.sqrt(norm) : 1;
            for (int j = 0; j < DIMENSION; j++) {
                double expected = before[i * DIMENSION + j] / scale;
                assertEquals(expected, after[i * DIMENSION + j], 0.02 * Math.max(1, Math.sqrt(norm) / scale));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none/f32", "none/rabitq:4", "pca:8/int4", "none/pq:5x4", "none/opq:5x4", "pca:16/tcq:12"})
    void measuresWhatCodesKeep(String text) {
        Path in = vectors(ROWS);
        Path queries = write("queries.npy", Vectors.clustered(random, 50, DIMENSION));
        Path model = folder.resolve("model");
        EngineCodes.quantize(in, Metric.IP, Pipeline.parse(text), folder.resolve("codes"), model);
        CodeQuality quality = EngineCodes.quality(model, in, queries, 10);
        assertTrue(quality.recall() > (text.equals("none/f32") ? 0.9999 : 0.1), quality.toString());
        assertTrue(quality.recall() <= 1 && quality.scoreError() < 0.5, quality.toString());
    }

    @Test
    void decodesToTheDimensionsThatTheReductionLeft() {
        Path in = vectors(ROWS);
        Path model = folder.resolve("model");
        Path codes = folder.resolve("codes");
        Path out = folder.resolve("out.npy");
        EngineCodes.quantize(in, Metric.L2, Pipeline.parse("pca:8/int8"), codes, model);
        EngineCodes.decode(model, codes, out);
        try (VectorFile file = VectorFile.open(out)) {
            assertEquals(8, file.dimension());
            assertEquals(ROWS, file.count());
        }
    }

    @Test
    void refusesFilesThatAreNotWhatItNeeds() throws IOException {
        Path in = vectors(1_000);
        Path model = folder.resolve("model");
        Path codes = folder.resolve("codes");
        Path out = folder.resolve("out.npy");
        EngineCodes.quantize(in, Metric.IP, Pipeline.parse("none/int8"), codes, model);
        Path otherModel = folder.resolve("other");
        EngineCodes.quantize(in, Metric.IP, Pipeline.parse("none/int4"), folder.resolve("codes4"), otherModel);
        refuses("codes made by this model", () -> EngineCodes.decode(otherModel, codes, out));
        refuses("a model of codes", () -> EngineCodes.decode(codes, codes, out));
        refuses("a model of codes", () -> EngineCodes.encode(folder.resolve("missing"), in, out));
        Path narrow = write("narrow.npy", List.of(new float[] {1, 2}));
        refuses("expected 20 dimensions, got 2", () -> EngineCodes.encode(model, narrow, out));
        Path later = changed(codes, bytes -> {
            bytes[8]++;
            return bytes;
        });
        refuses("format version: expected 1, got 2", () -> EngineCodes.decode(model, later, out));
        for (int i = 0; i < 50; i++) {
            Path flipped = changed(codes, bytes -> {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                return bytes;
            });
            refuses("codes made by this model", () -> EngineCodes.decode(model, flipped, out));
            Path cut = changed(codes, bytes -> java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length)));
            refuses("codes made by this model", () -> EngineCodes.decode(model, cut, out));
            Path damaged = changed(model, bytes -> {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                return bytes;
            });
            refuses("a model of codes", () -> EngineCodes.decode(damaged, codes, out));
        }
        assertFalse(Files.exists(out), "nothing is left of a refused decoding");
    }

    @Test
    void refusesPipelinesThatTheFileCannotTrain() {
        Path in = vectors(1_000);
        Path out = folder.resolve("codes");
        Path model = folder.resolve("model");
        for (String text : List.of("none/pq:7x8", "none/opq:7x4", "pca:21/int8", "none/int8+refine:f16")) {
            refuses("expected", () -> EngineCodes.quantize(in, Metric.IP, Pipeline.parse(text), out, model));
        }
        float[] broken = new float[DIMENSION];
        broken[3] = Float.NaN;
        Path unusable = write("nan.npy", List.of(new float[DIMENSION], broken));
        refuses(
                "a finite value, got NaN",
                () -> EngineCodes.quantize(unusable, Metric.IP, Pipeline.parse("none/int8"), out, model));
        Path constant = write("constant.npy", List.of(new float[DIMENSION], new float[DIMENSION]));
        refuses(
                "rows that differ",
                () -> EngineCodes.quantize(constant, Metric.IP, Pipeline.parse("none/rabitq:1"), out, model));
        assertFalse(Files.exists(out));
    }

    private Path changed(Path path, UnaryOperator<byte[]> change) throws IOException {
        return Files.write(folder.resolve("changed"), change.apply(Files.readAllBytes(path)));
    }

    private static void refuses(String reason, Executable call) {
        var error = assertThrows(EngineException.InvalidArgument.class, call);
        assertTrue(error.getMessage().contains(reason), error.getMessage());
    }

    @Test
    void writesEqualCodesWhateverTheOrderOfCalls() {
        Path in = vectors(300);
        Path first = folder.resolve("a");
        Path second = folder.resolve("b");
        EngineCodes.quantize(in, Metric.IP, Pipeline.parse("none/rabitq:2"), first, folder.resolve("ma"));
        EngineCodes.quantize(in, Metric.IP, Pipeline.parse("none/rabitq:2"), second, folder.resolve("mb"));
        assertArrayEquals(bytes(first), bytes(second));
    }

    private static byte[] bytes(Path path) {
        try {
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
