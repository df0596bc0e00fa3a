package io.vecino.faiss;

import static io.vecino.faiss.global.faiss.index_factory;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.LongPredicate;
import org.bytedeco.javacpp.LongPointer;
import org.junit.jupiter.api.Test;

class SelectorTest {
    private static final int COUNT = 1000;

    private static void assertOnly(Points.Hits hits, LongPredicate allowed) {
        assertTrue(Arrays.stream(hits.labels()).allMatch(allowed), () -> Arrays.toString(hits.labels()));
    }

    @Test
    void bitmapFiltersFlatIvfAndGraph() {
        try (Arena arena = Arena.ofConfined();
                Index flat = index_factory(16, "Flat");
                Index ivf = index_factory(16, "IVF8,Flat");
                Index hnsw = index_factory(16, "HNSW16,Flat")) {
            Points points = Points.gaussian(arena, COUNT, 16, 71);
            MemorySegment bitmap = arena.allocate(COUNT / 8, 8);
            for (int i = 0; i < COUNT / 8; i++) {
                bitmap.set(ValueLayout.JAVA_BYTE, i, (byte) 0b0000_1001); // ids 0 and 3 modulo 8
            }
            for (Index index : new Index[] {flat, ivf, hnsw}) {
                index.train(COUNT, points.pointer());
                index.add(COUNT, points.pointer());
            }
            try (IDSelectorBitmap selector = Segments.bitmap(bitmap);
                    SearchParameters any = new SearchParameters();
                    SearchParametersIVF probes = new SearchParametersIVF();
                    SearchParametersHNSW ef = new SearchParametersHNSW()) {
                any.sel(selector);
                probes.sel(selector);
                probes.nprobe(8);
                ef.sel(selector);
                ef.efSearch(200);
                LongPredicate allowed = id -> id % 8 == 0 || id % 8 == 3;
                assertOnly(Points.search(flat, points.first(20), 5, any), allowed);
                assertOnly(Points.search(ivf, points.first(20), 5, probes), allowed);
                assertOnly(Points.search(hnsw, points.first(20), 5, ef), allowed);
            }
        }
    }

    @Test
    void rangesListsAndNegationsSelect() {
        try (Arena arena = Arena.ofConfined();
                IndexFlatL2 index = new IndexFlatL2(16);
                IDSelectorRange range = new IDSelectorRange(100, 200);
                IDSelectorNot outside = new IDSelectorNot(range);
                LongPointer ids = new LongPointer(5, 6, 7, 900);
                IDSelectorBatch batch = new IDSelectorBatch(4, ids);
                SearchParameters parameters = new SearchParameters()) {
            Points points = Points.gaussian(arena, COUNT, 16, 72);
            index.add(COUNT, points.pointer());
            parameters.sel(range);
            assertOnly(Points.search(index, points.first(20), 5, parameters), id -> id >= 100 && id < 200);
            parameters.sel(outside);
            assertOnly(Points.search(index, points.first(20), 5, parameters), id -> id < 100 || id >= 200);
            parameters.sel(batch);
            assertOnly(Points.search(index, points.first(20), 5, parameters), id -> id == -1 || id == 900 || id < 8);
            assertTrue(range.is_member(150));
            assertEquals(100, index.remove_ids(range));
            assertEquals(COUNT - 100, index.ntotal());
        }
    }

    @Test
    void parametersOfAnotherIndexThrow() {
        try (Arena arena = Arena.ofConfined();
                Index ivf = index_factory(16, "IVF2,Flat");
                SearchParametersHNSW parameters = new SearchParametersHNSW()) {
            Points points = Points.gaussian(arena, 100, 16, 73);
            ivf.train(100, points.pointer());
            ivf.add(100, points.pointer());
            FaissException e =
                    assertThrows(FaissException.class, () -> Points.search(ivf, points.first(5), 5, parameters));
            assertTrue(e.getMessage().contains("params"), e.getMessage());
        }
    }
}
