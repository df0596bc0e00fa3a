package io.vecino.index.faiss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Vectors;
import io.vecino.index.OrdinalFilter;
import io.vecino.index.VectorIndex;
import io.vecino.model.EngineException;
import io.vecino.model.SearchParams;
import io.vecino.selection.TopK;
import io.vecino.storage.CheckedFile;
import io.vecino.storage.CheckedFileWriter;
import io.vecino.storage.DamagedFileException;
import io.vecino.storage.Disk;
import io.vecino.storage.FormatHeader;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.Scratch;
import io.vecino.transform.Identity;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaissIndexTest {
    private static final int DIMENSION = 16;
    private static final int ROWS = 2_000;

    private final Random random = Vectors.random("FaissIndexTest");
    private final NativeMemory memory = new NativeMemory(1 << 26);
    private final Scratch scratch = new Scratch();
    private final Rows rows = rows(Vectors.clustered(random, ROWS, DIMENSION));
    private final Rows queries = rows(Vectors.clustered(random, 37, DIMENSION));

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

    private VectorIndex build(String factory, Similarity similarity) {
        try (FaissIndexBuilder builder =
                new FaissIndexBuilder(new Identity(DIMENSION, similarity), factory, 100, memory, 2)) {
            builder.add(rows.slice(0, 700));
            builder.add(rows.slice(700, ROWS - 700));
            return builder.build();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Flat", "HNSW16,Flat", "IVF16,Flat", "SQ8", "PQ8x4fs"})
    void aBatchFindsWhatSinglesFind(String factory) {
        for (Similarity similarity : Similarity.values()) {
            try (VectorIndex index = build(factory, similarity)) {
                List<TopK.Hits> batch = index.searchBatch(queries, 10, OrdinalFilter.ALL, SearchParams.DEFAULT);
                int same = 0;
                for (int q = 0; q < queries.count(); q++) {
                    TopK.Hits single = index.search(queries.copyOf(q), 10, OrdinalFilter.ALL, SearchParams.DEFAULT);
                    assertArrayEquals(single.scores(), batch.get(q).scores(), 1e-3f, factory);
                    same += single.ordinals()[0] == batch.get(q).ordinals()[0] ? 1 : 0;
                }
                assertTrue(same >= 35, same + " of 37 best hits are the same");
            }
        }
    }

    @Test
    void returnsAsManyAcceptedOrdinalsAsThereAre() {
        OrdinalFilter few = ordinal -> ordinal % 100 == 3;
        try (VectorIndex index = build("Flat", Similarity.L2)) {
            for (TopK.Hits hits : index.searchBatch(queries, 10, few, SearchParams.DEFAULT)) {
                assertEquals(10, hits.ordinals().length);
                for (int ordinal : hits.ordinals()) {
                    assertEquals(3, ordinal % 100);
                }
            }
        }
    }

    @Test
    void moreEffortFindsNoLess() {
        try (VectorIndex exact = build("Flat", Similarity.DOT);
                VectorIndex index = build("IVF32,Flat", Similarity.DOT)) {
            int before = 0;
            for (int nprobe : new int[] {1, 4, 32}) {
                SearchParams params = new SearchParams(OptionalInt.empty(), OptionalInt.of(nprobe), 1, false);
                int found = 0;
                for (int q = 0; q < queries.count(); q++) {
                    float[] query = queries.copyOf(q);
                    float kth = exact.search(query, 10, OrdinalFilter.ALL, SearchParams.DEFAULT)
                            .scores()[9];
                    for (float score :
                            index.search(query, 10, OrdinalFilter.ALL, params).scores()) {
                        found += score >= kth - 1e-4 ? 1 : 0;
                    }
                }
                assertTrue(found >= before, "nprobe " + nprobe + " found " + found + " after " + before);
                before = found;
            }
            assertEquals(370, before, "all lists hold all points");
        }
    }

    @Test
    void refusesWhatTheIndexCannotDo() {
        SearchParams nprobe = new SearchParams(OptionalInt.empty(), OptionalInt.of(4), 1, false);
        try (VectorIndex index = build("HNSW16,Flat", Similarity.L2)) {
            var error = assertThrows(
                    EngineException.InvalidArgument.class,
                    () -> index.search(queries.copyOf(0), 10, OrdinalFilter.ALL, nprobe));
            assertEquals("params.nprobe", error.field());
        }
        assertThrows(EngineException.InvalidArgument.class, () -> build("nonsense", Similarity.L2));
        assertThrows(EngineException.InvalidArgument.class, () -> build("IVF4000,Flat", Similarity.L2));
        assertThrows(EngineException.InvalidArgument.class, () -> build("PQ3", Similarity.L2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Flat", "HNSW16,Flat", "IVF16,Flat", "PCA8,IVF16,Flat", "SQ8", "PQ8x4fs", "IVF16,PQ8x4fs"})
    void findsOnlyWhatTheFilterAccepts(String factory) {
        OrdinalFilter filter = ordinal -> ordinal % 37 == 5;
        SearchParams params = SearchParams.DEFAULT;
        try (VectorIndex index = build(factory, Similarity.L2)) {
            List<TopK.Hits> batch = index.searchBatch(queries, 10, filter, params);
            for (int q = 0; q < queries.count(); q++) {
                TopK.Hits single = index.search(queries.copyOf(q), 10, filter, params);
                for (int ordinal : single.ordinals()) {
                    assertTrue(filter.accepts(ordinal), factory + " returned " + ordinal);
                }
                assertArrayEquals(single.scores(), batch.get(q).scores(), 1e-3f, factory);
                // Lists that are not probed and parts that the graph does not reach hold accepted ones too.
                boolean scansAll = !factory.contains("IVF") && !factory.contains("HNSW");
                assertTrue(single.ordinals().length >= (scansAll ? 10 : 1), factory);
            }
        }
    }

    @Test
    void refusesFewerRowsThanCentroids() {
        var error = assertThrows(EngineException.InvalidArgument.class, () -> build("IVF2001,Flat", Similarity.L2));
        assertTrue(
                String.valueOf(error.getMessage()).contains("2001")
                        && String.valueOf(error.getMessage()).contains("2000 rows"),
                error.getMessage());
        assertEquals(512, TrainingNeed.of("OPQ16,IVF512,PQ48x4fs,RFlat").centroids());
        assertEquals(256, TrainingNeed.of("IVF16,PQ8").centroids());
        assertEquals(0, TrainingNeed.of("HNSW32,Flat").centroids());
        assertEquals(1024, TrainingNeed.of("PRQ2x4x10").centroids());
        assertTrue(TrainingNeed.of("IVF16,Flat").wellServedBy(39 * 16));
        assertFalse(TrainingNeed.of("IVF16,Flat").wellServedBy(39 * 16 - 1));
    }

    @Test
    void namesTheVersionThatCannotReadAFactoryString() {
        var error = assertThrows(EngineException.InvalidArgument.class, () -> build("Nonsense7", Similarity.L2));
        assertTrue(String.valueOf(error.getMessage()).contains("FAISS " + FaissLibrary.version()), error.getMessage());
    }

    @Test
    void refusesWhatTheBudgetDoesNotHold() {
        long rowBytes = (long) ROWS * DIMENSION * Float.BYTES;
        NativeMemory small = new NativeMemory(rowBytes + rowBytes / 2);
        try (FaissIndexBuilder builder =
                new FaissIndexBuilder(new Identity(DIMENSION, Similarity.L2), "HNSW32,Flat", ROWS, small, 1)) {
            builder.add(rows);
            var error = assertThrows(EngineException.ResourceExhausted.class, builder::build);
            assertTrue(String.valueOf(error.getMessage()).contains("HNSW32,Flat"), error.getMessage());
        }
        assertEquals(0, small.used());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Flat", "HNSW16,Flat", "IVF16,SQ8", "OPQ8,IVF16,PQ8x4fs,RFlat"})
    void aFileAnswersAsTheIndexDid(String factory, @TempDir Path folder) throws IOException, DamagedFileException {
        Path path = folder.resolve("index");
        FormatHeader header = new FormatHeader(2, 7, 11);
        Identity transform = new Identity(DIMENSION, Similarity.L2);
        List<TopK.Hits> before;
        try (VectorIndex index = build(factory, Similarity.L2);
                CheckedFileWriter file = new CheckedFileWriter(Disk.LOCAL, path, header)) {
            index.save(file);
            file.finish();
            before = index.searchBatch(queries, 10, OrdinalFilter.ALL, SearchParams.DEFAULT);
        }
        try (VectorIndex read = FaissFile.open(transform, CheckedFile.open(path, header), memory, 2)) {
            List<TopK.Hits> after = read.searchBatch(queries, 10, OrdinalFilter.ALL, SearchParams.DEFAULT);
            for (int q = 0; q < queries.count(); q++) {
                assertArrayEquals(before.get(q).ordinals(), after.get(q).ordinals());
                assertArrayEquals(before.get(q).scores(), after.get(q).scores(), 1e-4f);
            }
            assertTrue(memory.used() >= read.bytes());
        }
        assertThrows(
                DamagedFileException.class,
                () -> FaissFile.open(
                        new Identity(DIMENSION + 1, Similarity.L2), CheckedFile.open(path, header), memory, 2));
        byte[] bytes = Files.readAllBytes(path);
        bytes[bytes.length / 2] ^= 1;
        Files.write(path, bytes);
        assertThrows(DamagedFileException.class, () -> CheckedFile.open(path, header));
    }
}
