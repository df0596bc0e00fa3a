package io.vecino.index.flat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Vectors;
import io.vecino.index.OrdinalFilter;
import io.vecino.index.VectorIndex;
import io.vecino.model.EngineException;
import io.vecino.model.Pipeline;
import io.vecino.model.SearchParams;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.selection.TopK;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlatIndexTest {
    private static final int DIMENSION = 19;

    private final Random random = Vectors.random("FlatIndexTest");
    private final NativeMemory memory = new NativeMemory(1 << 26);
    private final Scratch scratch = new Scratch();

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

    private VectorIndex build(Rows rows, Similarity similarity, int chunkRows) {
        TrainedPipeline pipeline = TrainedPipeline.train(Pipeline.NONE, rows, similarity);
        try (FlatIndexBuilder builder = new FlatIndexBuilder(pipeline, memory, chunkRows)) {
            builder.add(rows.slice(0, rows.count() / 3));
            builder.add(rows.slice(rows.count() / 3, rows.count() - rows.count() / 3));
            return builder.build();
        }
    }

    private static int[] bruteForce(Rows rows, float[] query, Similarity similarity, int k, OrdinalFilter filter) {
        return IntStream.range(0, rows.count())
                .filter(filter::accepts)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -similarity.score(query, rows.copyOf(i))))
                .limit(k)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Rows whose scores differ by float32 rounding alone may come in either order. */
    private static void assertSameScores(
            Rows rows, float[] query, Similarity similarity, int[] expected, int[] found, String message) {
        assertEquals(expected.length, Arrays.stream(found).distinct().count(), message);
        for (int i = 0; i < expected.length; i++) {
            float score = similarity.score(query, rows.copyOf(expected[i]));
            assertEquals(
                    score,
                    similarity.score(query, rows.copyOf(found[i])),
                    1e-5f * Math.max(1, Math.abs(score)),
                    message);
        }
    }

    @Test
    void equalsBruteForceAcrossChunkBorders() {
        Rows rows = rows(Vectors.clustered(random, 2_500, DIMENSION));
        for (Similarity similarity : Similarity.values()) {
            for (int chunkRows : new int[] {1, 7, 1000, 1024, 2_500, 10_000}) {
                try (VectorIndex index = build(rows, similarity, chunkRows)) {
                    float[] query = Vectors.gaussian(random, DIMENSION, 1);
                    assertSameScores(
                            rows,
                            query,
                            similarity,
                            bruteForce(rows, query, similarity, 10, OrdinalFilter.ALL),
                            index.search(query, 10, OrdinalFilter.ALL, SearchParams.DEFAULT)
                                    .ordinals(),
                            similarity + ", chunks of " + chunkRows);
                }
            }
        }
    }

    @Test
    void returnsOnlyAcceptedOrdinalsAndAsManyAsThereAre() {
        Rows rows = rows(Vectors.clustered(random, 500, DIMENSION));
        try (VectorIndex index = build(rows, Similarity.L2, 128)) {
            float[] query = Vectors.gaussian(random, DIMENSION, 1);
            OrdinalFilter few = ordinal -> ordinal % 100 == 3;
            int[] found = index.search(query, 10, few, SearchParams.DEFAULT).ordinals();
            assertSameScores(
                    rows, query, Similarity.L2, bruteForce(rows, query, Similarity.L2, 10, few), found, "filtered");
            assertTrue(Arrays.stream(found).allMatch(few::accepts));
            assertEquals(
                    0, index.search(query, 10, _ -> false, SearchParams.DEFAULT).ordinals().length);
        }
    }

    @Test
    void returnsEverythingWhenKExceedsTheSize() {
        Rows rows = rows(Vectors.clustered(random, 5, DIMENSION));
        try (VectorIndex index = build(rows, Similarity.DOT, 2)) {
            assertEquals(
                    5,
                    index.search(rows.copyOf(0), 10_000, OrdinalFilter.ALL, SearchParams.DEFAULT)
                            .ordinals()
                            .length);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "none/f32",
                "none/int8",
                "pca:9/int4",
                "none/rabitq:2+refine:f16",
                "none/pq:19x4",
                "pca:8/pq:4x4",
                "none/rabitq:1+refine:pq:19x4"
            })
    void batchesAndThreadsFindWhatOneSearchFinds(String text) {
        Rows rows = rows(Vectors.clustered(random, 9_000, DIMENSION));
        Rows queries = rows(Vectors.clustered(random, 37, DIMENSION));
        TrainedPipeline pipeline = TrainedPipeline.train(Pipeline.parse(text), rows, Similarity.DOT);
        OrdinalFilter odd = ordinal -> ordinal % 2 == 1;
        try (VectorIndex alone = build(pipeline, rows, 1);
                VectorIndex threaded = build(pipeline, rows, 2)) {
            List<TopK.Hits> together = alone.searchBatch(queries, 10, odd, SearchParams.DEFAULT);
            List<TopK.Hits> parallel = threaded.searchBatch(queries, 10, odd, SearchParams.DEFAULT);
            for (int q = 0; q < queries.count(); q++) {
                int[] expected = alone.search(queries.copyOf(q), 10, odd, SearchParams.DEFAULT)
                        .ordinals();
                assertArrayEquals(expected, together.get(q).ordinals());
                assertArrayEquals(expected, parallel.get(q).ordinals());
            }
        }
    }

    /** Rough sums and bounds come first, but what is found is the exact scores' order, in every chunk and part of one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "none/int8",
                "none/int6",
                "none/int4",
                "none/fp8e4m3",
                "none/binary",
                "none/binary2",
                "none/rabitq:1",
                "none/rabitq:3",
                "none/rabitq:7",
                "none/pq:1x4",
                "none/pq:19x4",
                "pca:8/pq:4x4",
                "none/pq:19x8"
            })
    void findsWhatScoringEveryCodeFinds(String text) {
        Rows rows = rows(Vectors.clustered(random, 3_000, DIMENSION));
        OrdinalFilter odd = ordinal -> ordinal % 2 == 1;
        for (Similarity similarity : Similarity.values()) {
            TrainedPipeline pipeline = TrainedPipeline.train(Pipeline.parse(text), rows, similarity);
            for (int chunkRows : new int[] {33, 1_000, 3_000}) {
                try (FlatIndexBuilder builder = new FlatIndexBuilder(pipeline, memory, chunkRows)) {
                    for (int first = 0; first < rows.count(); ) {
                        int count = Math.min(1 + random.nextInt(70), rows.count() - first);
                        builder.add(rows.slice(first, count));
                        first += count;
                    }
                    try (VectorIndex index = builder.build()) {
                        float[] query = Vectors.gaussian(random, DIMENSION, 1);
                        assertBestOf(scores(pipeline, rows, query), index.search(query, 10, odd, SearchParams.DEFAULT));
                    }
                }
            }
        }
    }

    private float[] scores(TrainedPipeline pipeline, Rows rows, float[] query) {
        int dimension = pipeline.transform().outputDimension();
        MemorySegment reduced = scratch.floats((long) rows.count() * dimension);
        MemorySegment biases = scratch.floats((long) rows.count());
        MemorySegment image = scratch.floats((long) dimension);
        pipeline.transform().points(rows.segment(), rows.count(), reduced, biases);
        pipeline.transform().query(scratch.floats(query), image);
        MemorySegment codes =
                scratch.bytes((long) rows.count() * pipeline.quantizer().bytesPerVector());
        pipeline.quantizer().encode(reduced, rows.count(), codes);
        MemorySegment scores = scratch.floats((long) rows.count());
        pipeline.quantizer().scorer(image, scratch).score(codes, rows.count(), scores);
        float[] sums = scores.toArray(ValueLayout.JAVA_FLOAT);
        for (int i = 0; i < sums.length && pipeline.transform().biased(); i++) {
            sums[i] += biases.getAtIndex(ValueLayout.JAVA_FLOAT, i);
        }
        return sums;
    }

    private static void assertBestOf(float[] scores, TopK.Hits found) {
        TopK best = new TopK(10);
        for (int i = 1; i < scores.length; i += 2) {
            best.offer(scores[i], i);
        }
        TopK.Hits expected = best.drain();
        assertArrayEquals(expected.ordinals(), found.ordinals());
        assertArrayEquals(expected.scores(), found.scores());
    }

    private VectorIndex build(TrainedPipeline pipeline, Rows rows, int threads) {
        try (FlatIndexBuilder builder = new FlatIndexBuilder(pipeline, memory, 2_000, threads)) {
            builder.add(rows);
            return builder.build();
        }
    }

    @Test
    void refineCodesPutCandidatesInTheOrderOfTheOriginals() {
        Rows rows = rows(Vectors.clustered(random, 2_000, DIMENSION));
        for (Similarity similarity : Similarity.values()) {
            TrainedPipeline pipeline = TrainedPipeline.train(Pipeline.parse("pca:6/int4+refine:f32"), rows, similarity);
            try (VectorIndex index = build(pipeline, rows, 1)) {
                float[] query = rows.copyOf(random.nextInt(rows.count()));
                TopK.Hits hits = index.search(query, 2_000, OrdinalFilter.ALL, SearchParams.DEFAULT);
                int[] exact = bruteForce(rows, query, similarity, 2_000, OrdinalFilter.ALL);
                assertEquals(exact[0], hits.ordinals()[0]);
                for (int i = 0; i < exact.length; i++) {
                    assertEquals(similarity.score(query, rows.copyOf(exact[i])), hits.scores()[i], 1e-3);
                }
            }
        }
    }

    @Test
    void refusesWhatTheBudgetCannotHold() {
        Rows rows = rows(Vectors.clustered(random, 100, DIMENSION));
        TrainedPipeline pipeline = TrainedPipeline.train(Pipeline.NONE, rows, Similarity.DOT);
        try (FlatIndexBuilder builder = new FlatIndexBuilder(pipeline, memory, 1 << 24)) {
            var error = assertThrows(EngineException.ResourceExhausted.class, () -> builder.add(rows));
            assertTrue(error.getMessage().contains("memory.limit"), error.getMessage());
        }
    }
}
