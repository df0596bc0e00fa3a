package io.vecino.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Vectors;
import io.vecino.files.NpyWriter;
import io.vecino.model.EngineException;
import io.vecino.model.FileRecallRequest;
import io.vecino.model.IndexSpec;
import io.vecino.model.Metric;
import io.vecino.model.Pipeline;
import io.vecino.model.ProgressListener;
import io.vecino.model.RecallReport;
import io.vecino.model.RecallStage;
import io.vecino.model.SearchParams;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.Scratch;
import io.vecino.transform.Similarity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecallOfFilesTest {
    private static final int DIMENSION = 24;

    @TempDir
    private Path directory = Path.of("");

    private final Random random = Vectors.random("RecallOfFilesTest");
    private final NativeMemory memory = new NativeMemory(1L << 30);

    @BeforeEach
    void write() {
        write("base.npy", Vectors.clustered(random, 2_000, DIMENSION));
        write("queries.npy", Vectors.clustered(random, 40, DIMENSION));
    }

    private void write(String name, List<float[]> vectors) {
        try (NpyWriter writer = new NpyWriter(directory.resolve(name), vectors.size(), vectors.getFirst().length);
                Scratch scratch = new Scratch()) {
            for (float[] vector : vectors) {
                writer.write(scratch.floats(vector), 1);
            }
            writer.finish();
        }
    }

    private FileRecallRequest request(String pipeline, String index, float oversample) {
        return new FileRecallRequest(
                directory.resolve("base.npy"),
                directory.resolve("queries.npy"),
                Metric.COSINE,
                Pipeline.parse(pipeline),
                IndexSpec.parse(index),
                10,
                new SearchParams(OptionalInt.empty(), OptionalInt.empty(), oversample, false),
                Map.of(),
                3,
                Optional.of(directory.resolve("cache")));
    }

    private RecallReport measure(String pipeline, String index, float oversample) {
        return Recall.of(request(pipeline, index, oversample), memory, ProgressListener.NONE);
    }

    private double direct(String pipeline, String index, float oversample) {
        FileRecallRequest request = request(pipeline, index, oversample);
        try (FileVectors base = FileVectors.read(request.base(), Metric.COSINE, memory);
                FileVectors queries = FileVectors.read(request.queries(), Metric.COSINE, memory);
                IndexTrial trial =
                        IndexTrial.build(base.rows(), Similarity.DOT, request.pipeline(), request.index(), memory)) {
            GroundTruth truth = GroundTruth.exact(base.rows(), queries.rows(), Similarity.DOT, 10);
            return truth.recall(trial.search(queries.rows(), 10, request.params(), 1));
        }
    }

    @Test
    void agreesWithTrialsThatStopAfterEachStep() {
        for (String index : List.of("graph:lean", "faiss:IVF16,SQ8")) {
            String pipeline = index.startsWith("faiss") ? "pca:8/f32" : "pca:8/int8+refine:f16";
            RecallReport report = measure(pipeline, index, 3);
            double lost =
                    report.stages().stream().mapToDouble(RecallStage::lost).sum();
            assertEquals(100 * (1 - report.recall()), lost, 1e-9);
            assertEquals(
                    direct("pca:8/f32", "flat", 1), report.stages().getFirst().recall(), 1e-9);
            assertEquals(direct(pipeline, index, 1), report.stages().get(2).recall(), 1e-9);
            assertEquals(direct(pipeline, index, 3), report.recall(), 1e-9);
        }
        RecallReport report = measure("pca:8/int8", "graph:lean", 1);
        assertEquals(direct("pca:8/int8", "flat", 1), report.stages().get(1).recall(), 1e-9);
    }

    @Test
    void keepsExactNeighboursForTheNextTime() throws IOException {
        RecallReport first = measure("truncate:6/int4", "flat", 1);
        List<Path> kept = files();
        assertEquals(1, kept.size());
        assertEquals(first.stages(), measure("truncate:6/int4", "flat", 1).stages());
        byte[] bytes = Files.readAllBytes(kept.getFirst());
        bytes[100] ^= 1;
        Files.write(kept.getFirst(), bytes);
        assertEquals(first.stages(), measure("truncate:6/int4", "flat", 1).stages());
        write("queries.npy", Vectors.clustered(random, 40, DIMENSION));
        assertTrue(measure("truncate:6/int4", "flat", 1).recall() < 1);
        assertEquals(2, files().size());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("cache"))) {
            return files.toList();
        }
    }

    @Test
    void refusesQueriesOfAnotherDimension() {
        write("queries.npy", Vectors.clustered(random, 5, DIMENSION - 1));
        assertThrows(EngineException.InvalidArgument.class, () -> measure("none/int8", "flat", 1));
        assertEquals(0, memory.used());
    }
}
