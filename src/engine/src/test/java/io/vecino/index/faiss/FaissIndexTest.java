package io.vecino.index.faiss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Vectors;
import io.vecino.index.OrdinalFilter;
import io.vecino.index.TopK;
import io.vecino.index.VectorIndex;
import io.vecino.model.EngineException;
import io.vecino.model.SearchParams;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.Scratch;
import io.vecino.transform.Identity;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
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
}
