package io.vecino.index.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Vectors;
import io.vecino.index.OrdinalFilter;
import io.vecino.index.VectorIndex;
import io.vecino.model.EngineException;
import io.vecino.model.IndexSpec;
import io.vecino.model.Pipeline;
import io.vecino.model.QuantizerSpec;
import io.vecino.model.SearchDeadline;
import io.vecino.model.SearchParams;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.selection.TopK;
import io.vecino.storage.CheckedFile;
import io.vecino.storage.CheckedFileWriter;
import io.vecino.storage.DamagedFileException;
import io.vecino.storage.Disk;
import io.vecino.storage.FormatHeader;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GraphIndexTest {
    private static final int DIMENSION = 40;
    private static final int POINTS = 5000;
    private static final FormatHeader HEADER = new FormatHeader(2, 7, 1);

    private final Random random = Vectors.random("GraphIndexTest");
    private final NativeMemory memory = new NativeMemory(1 << 28);
    private final Scratch scratch = new Scratch();

    @TempDir
    private Path directory;

    @AfterEach
    void freesAllMemory() {
        scratch.close();
        assertEquals(0, memory.used(), "bytes still charged to the budget");
    }

    private Rows rows(List<float[]> vectors) {
        MemorySegment segment = scratch.floats((long) vectors.size() * DIMENSION);
        for (int i = 0; i < vectors.size(); i++) {
            MemorySegment.copy(
                    vectors.get(i), 0, segment, ValueLayout.JAVA_FLOAT, (long) i * DIMENSION * Float.BYTES, DIMENSION);
        }
        return new Rows(segment, vectors.size(), DIMENSION);
    }

    private static TrainedPipeline pipeline(String text, Rows rows, Similarity similarity) {
        return TrainedPipeline.train(Pipeline.parse(text), rows, similarity);
    }

    private VectorIndex build(TrainedPipeline pipeline, Rows rows) {
        IndexSpec.Graph spec = (IndexSpec.Graph) IndexSpec.parse(
                pipeline.pipeline().quantizer().method() == QuantizerSpec.Method.INT4 ? "graph:lean" : "graph");
        try (GraphIndexBuilder builder = new GraphIndexBuilder(spec, pipeline, memory)) {
            builder.add(rows.slice(0, rows.count() / 3));
            builder.add(rows.slice(rows.count() / 3, rows.count() - rows.count() / 3));
            return builder.build();
        }
    }

    private static SearchParams effort(int efSearch) {
        return new SearchParams(OptionalInt.of(efSearch), OptionalInt.empty(), 1, false);
    }

    private static int[] exact(Rows rows, float[] query, Similarity similarity, int k, OrdinalFilter filter) {
        return IntStream.range(0, rows.count())
                .filter(filter::accepts)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -similarity.score(query, rows.copyOf(i))))
                .limit(k)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static long shared(int[] found, int[] expected) {
        return IntStream.of(found)
                .filter(i -> IntStream.of(expected).anyMatch(e -> e == i))
                .count();
    }

    private float[] near(float[] row) {
        float[] noise = Vectors.gaussian(random, DIMENSION, 0.3);
        for (int i = 0; i < DIMENSION; i++) {
            noise[i] += row[i];
        }
        return noise;
    }

    private double recall(VectorIndex index, Rows rows, Similarity similarity, OrdinalFilter filter, int efSearch) {
        long found = 0;
        int queries = 40;
        for (int q = 0; q < queries; q++) {
            float[] query = near(rows.copyOf(random.nextInt(rows.count())));
            int[] expected = exact(rows, query, similarity, 10, filter);
            TopK.Hits hits = index.search(query, 10, filter, effort(efSearch));
            assertEquals(expected.length, hits.ordinals().length);
            assertTrue(IntStream.of(hits.ordinals()).allMatch(filter::accepts));
            found += shared(hits.ordinals(), expected);
        }
        return found / (10.0 * queries);
    }

    @ParameterizedTest
    @CsvSource({
        "none/f32,L2",
        "none/f16,L2",
        "none/f32,DOT",
        "none/f16,DOT",
        "rotate/f16,L2",
        "none/int4+refine:f16,L2",
        "none/int4+refine:f32,DOT",
        "rotate/int4+refine:f32,L2"
    })
    void findsNearlyAllNeighbours(String text, Similarity similarity) {
        Rows rows = rows(Vectors.clustered(random, POINTS, DIMENSION));
        try (VectorIndex index = build(pipeline(text, rows, similarity), rows)) {
            assertEquals(POINTS, index.size());
            double recall = recall(index, rows, similarity, OrdinalFilter.ALL, 200);
            // Lengths differ: as distances, inner products lie closer together than estimates can tell.
            assertTrue(recall >= (similarity == Similarity.DOT ? 0.85 : 0.95), "recall " + recall);
        }
    }

    @Test
    void scoresAreThoseOfTheVectorsForInnerProductOfAnyLength() {
        List<float[]> vectors = Vectors.clustered(random, POINTS, DIMENSION);
        for (int i = 0; i < vectors.size(); i += 3) {
            for (int j = 0; j < DIMENSION; j++) {
                vectors.get(i)[j] *= 1 + i % 7;
            }
        }
        Rows rows = rows(vectors);
        try (VectorIndex index = build(pipeline("none/f32", rows, Similarity.DOT), rows)) {
            float[] query = Vectors.gaussian(random, DIMENSION, 1);
            TopK.Hits hits = index.search(query, 10, OrdinalFilter.ALL, effort(200));
            for (int i = 0; i < 10; i++) {
                float expected = Similarity.DOT.score(query, rows.copyOf(hits.ordinals()[i]));
                assertEquals(expected, hits.scores()[i], 1e-3 * (1 + Math.abs(expected)));
            }
            double recall = recall(index, rows, Similarity.DOT, OrdinalFilter.ALL, 400);
            assertTrue(recall >= 0.8, "recall " + recall);
        }
    }

    @Test
    void leanScoresAreThoseOfTheRefineCodes() {
        Rows rows = rows(Vectors.clustered(random, POINTS, DIMENSION));
        for (Similarity similarity : Similarity.values()) {
            try (VectorIndex index = build(pipeline("pca:20/int4+refine:f32", rows, similarity), rows)) {
                float[] query = Vectors.gaussian(random, DIMENSION, 1);
                TopK.Hits hits = index.search(query, 10, OrdinalFilter.ALL, effort(200));
                for (int i = 0; i < 10; i++) {
                    float expected = similarity.score(query, rows.copyOf(hits.ordinals()[i]));
                    assertEquals(expected, hits.scores()[i], 1e-4 * (1 + Math.abs(expected)));
                }
            }
        }
    }

    @Test
    void leanHoldsAtMostHalfAByteOfEachElementAnd200BytesOfAVector() {
        for (int dimension : new int[] {40, 384}) {
            Rows rows = new Rows(scratch.floats(2000L * dimension), 2000, dimension);
            for (int i = 0; i < 2000; i++) {
                MemorySegment.copy(
                        Vectors.gaussian(random, dimension, 1), 0, rows.row(i), ValueLayout.JAVA_FLOAT, 0, dimension);
            }
            try (VectorIndex index = build(pipeline("none/int4+refine:f16", rows, Similarity.L2), rows)) {
                double each = (double) index.residentBytes() / 2000;
                assertTrue(each <= dimension / 2.0 + 200, each + " bytes at " + dimension + " dimensions");
                assertTrue(index.bytes() >= index.residentBytes() + 2000L * dimension * Short.BYTES);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 10, 100, 1000})
    void leanFindsAllThatAFilterAcceptsUpToK(int oneIn) {
        findsAllThatAFilterAcceptsUpToK("none/int4+refine:f16", oneIn);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 10, 100, 1000})
    void findsAllThatAFilterAcceptsUpToK(int oneIn) {
        findsAllThatAFilterAcceptsUpToK("none/f16", oneIn);
    }

    private void findsAllThatAFilterAcceptsUpToK(String text, int oneIn) {
        Rows rows = rows(Vectors.clustered(random, POINTS, DIMENSION));
        boolean[] accepted = new boolean[POINTS];
        for (int i = 0; i < POINTS; i++) {
            accepted[i] = random.nextInt(oneIn) == 0;
        }
        try (VectorIndex index = build(pipeline(text, rows, Similarity.L2), rows)) {
            double recall = recall(index, rows, Similarity.L2, ordinal -> accepted[ordinal], 64);
            // Fewer than ten may be accepted: recall counts against ten.
            double most = Math.min(10, exact(rows, rows.copyOf(0), Similarity.L2, 10, o -> accepted[o]).length) / 10.0;
            assertTrue(recall >= 0.9 * most, "recall " + recall + " of " + most);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pca:20/f16", "pca:20/int4", "none/int4+refine:f16"})
    void answersAsBeforeFromItsFile(String text) throws DamagedFileException {
        Rows rows = rows(Vectors.clustered(random, 1000, DIMENSION));
        TrainedPipeline pipeline = pipeline(text, rows, Similarity.L2);
        Path path = directory.resolve("graph");
        float[] query = Vectors.gaussian(random, DIMENSION, 1);
        TopK.Hits before;
        try (VectorIndex index = build(pipeline, rows);
                CheckedFileWriter file = new CheckedFileWriter(Disk.LOCAL, path, HEADER)) {
            before = index.search(query, 20, OrdinalFilter.ALL, effort(50));
            index.save(file);
            file.finish();
        }
        try (VectorIndex index = GraphIndex.open(pipeline.transform(), CheckedFile.open(path, HEADER))) {
            TopK.Hits after = index.search(query, 20, OrdinalFilter.ALL, effort(50));
            assertArrayEquals(before.ordinals(), after.ordinals());
            assertArrayEquals(before.scores(), after.scores());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "none/f16, 0, 'graph, version: expected 2, got 1000000'",
        "none/f16, 4, 'graph: expected '",
        "none/f16, 12, 'graph, dimension: expected 64, got 1000000'",
        "none/f16, 24, 'graph, layout: expected 0 or 1, got 1000000'",
        "none/f16, 28, 'graph, refine codes: expected up to 16384 elements of 2 or 4 bytes in layout lean'",
        "none/f16, -4, 'graph, neighbour of vertex 299: expected less than 300, got 1000000'",
        "none/int4, -28, 'graph, neighbour of vertex 299: expected less than 300, got 1000000'",
        "none/int4+refine:f16, 28, 'graph, refine codes: expected up to 16384 elements of 2 or 4 bytes in layout lean'",
        "none/int4+refine:f16, 32, 'graph, refine codes: expected up to 16384 elements of 2 or 4 bytes in layout lean'"
    })
    void refusesAFileThatLeadsOutOfItself(String text, int offset, String message) throws DamagedFileException {
        Rows rows = rows(Vectors.clustered(random, 300, DIMENSION));
        TrainedPipeline pipeline = pipeline(text, rows, Similarity.L2);
        Path path = directory.resolve("graph");
        try (VectorIndex index = build(pipeline, rows);
                CheckedFileWriter file = new CheckedFileWriter(Disk.LOCAL, path, HEADER)) {
            index.save(file);
            file.finish();
        }
        Path hostile = directory.resolve("hostile");
        try (CheckedFile honest = CheckedFile.open(path, HEADER);
                CheckedFileWriter file = new CheckedFileWriter(Disk.LOCAL, hostile, HEADER)) {
            MemorySegment bytes = scratch.bytes(honest.body().byteSize());
            bytes.copyFrom(honest.body());
            bytes.set(ValueLayout.JAVA_INT, offset < 0 ? bytes.byteSize() + offset : offset, 1_000_000);
            file.write(bytes);
            file.finish();
        }
        CheckedFile opened = CheckedFile.open(hostile, HEADER);
        DamagedFileException e =
                assertThrows(DamagedFileException.class, () -> GraphIndex.open(pipeline.transform(), opened));
        assertTrue(String.valueOf(e.getMessage()).contains(message), e.toString());
    }

    @Test
    void endsWhenItsDeadlineHasPassed() {
        Rows rows = rows(Vectors.clustered(random, 1000, DIMENSION));
        float[] query = Vectors.gaussian(random, DIMENSION, 1);
        try (VectorIndex index = build(pipeline("none/f16", rows, Similarity.L2), rows)) {
            long now = System.nanoTime();
            assertThrows(
                    EngineException.Unavailable.class,
                    () -> SearchDeadline.within(now, () -> index.search(query, 10, OrdinalFilter.ALL, effort(50))));
            TopK.Hits hits = SearchDeadline.within(
                    now + Duration.ofHours(1).toNanos(), () -> index.search(query, 10, OrdinalFilter.ALL, effort(50)));
            assertEquals(10, hits.ordinals().length);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none/f16", "none/int4+refine:f16", "none/int4"})
    void opensOrRefusesAnyBytesAndNeverLeavesThem(String text) throws DamagedFileException {
        Rows rows = rows(Vectors.clustered(random, 300, DIMENSION));
        TrainedPipeline pipeline = pipeline(text, rows, Similarity.L2);
        Path path = directory.resolve("graph");
        try (VectorIndex index = build(pipeline, rows);
                CheckedFileWriter file = new CheckedFileWriter(Disk.LOCAL, path, HEADER)) {
            index.save(file);
            file.finish();
        }
        int opened = 0;
        for (int round = 0; round < 200; round++) {
            Path hostile = directory.resolve("hostile" + round);
            try (CheckedFile honest = CheckedFile.open(path, HEADER);
                    CheckedFileWriter file = new CheckedFileWriter(Disk.LOCAL, hostile, HEADER)) {
                long size = honest.body().byteSize();
                MemorySegment bytes = scratch.bytes(size);
                bytes.copyFrom(honest.body());
                for (int i = random.nextInt(6); i >= 0; i--) {
                    // Half of the changes in the header and the numbers that follow it.
                    long at = random.nextInt(random.nextBoolean() ? 48 : (int) size);
                    bytes.set(ValueLayout.JAVA_BYTE, at, (byte) random.nextInt());
                }
                file.write(bytes.asSlice(0, round % 10 == 0 ? random.nextInt((int) size) : size));
                file.finish();
            }
            try (VectorIndex index = GraphIndex.open(pipeline.transform(), CheckedFile.open(hostile, HEADER))) {
                opened++;
                int found = index.search(rows.copyOf(round), 10, OrdinalFilter.ALL, effort(50))
                        .ordinals()
                        .length;
                assertTrue(found <= 10);
                index.search(rows.copyOf(round), 10, ordinal -> ordinal % 3 == 0, effort(50));
            } catch (DamagedFileException e) {
                assertTrue(String.valueOf(e.getMessage()).contains("graph"), e.toString());
            }
        }
        assertTrue(opened > 0 && opened < 200, opened + " opened");
    }

    @Test
    void refusesToBuildBeyondTheBudget() {
        Rows rows = rows(Vectors.clustered(random, 1000, DIMENSION));
        TrainedPipeline pipeline = pipeline("none/f32", rows, Similarity.L2);
        NativeMemory little = new NativeMemory(1 << 20);
        try (GraphIndexBuilder builder = new GraphIndexBuilder(IndexSpec.Graph.DEFAULT, pipeline, little)) {
            builder.add(rows);
            assertThrows(EngineException.ResourceExhausted.class, builder::build);
        }
        assertEquals(0, little.used());
    }

    @Test
    void readsItsName() {
        assertEquals("graph:fast", IndexSpec.parse("graph").toString());
        assertEquals(
                "graph:fast,efConstruction=200,alpha=1.2",
                IndexSpec.parse("graph,efConstruction=200,alpha=1.2").toString());
        for (String bad : List.of("graph:quick", "graph,m=3", "graph,alpha=x", "graph,efConstruction=4")) {
            assertThrows(EngineException.InvalidArgument.class, () -> IndexSpec.parse(bad), bad);
        }
        assertEquals(
                "graph:lean,alpha=1.2", IndexSpec.parse("graph:lean,alpha=1.2").toString());
        IndexSpec.parse("graph:lean").requireFits(Pipeline.parse("none/int4"));
        IndexSpec.parse("graph:lean").requireFits(Pipeline.parse("none/int4+refine:f16"));
        IndexSpec.parse("graph:lean").requireFits(Pipeline.parse("none/int8+refine:int8"));
        assertThrows(
                EngineException.InvalidArgument.class,
                () -> IndexSpec.Graph.DEFAULT.requireFits(Pipeline.parse("none/int8")));
    }
}
