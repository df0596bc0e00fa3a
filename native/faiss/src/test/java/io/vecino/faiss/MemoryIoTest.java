package io.vecino.faiss;

import static io.vecino.faiss.global.faiss.clone_index;
import static io.vecino.faiss.global.faiss.index_factory;
import static io.vecino.faiss.global.faiss.read_VectorTransform;
import static io.vecino.faiss.global.faiss.read_index;
import static io.vecino.faiss.global.faiss.write_VectorTransform;
import static io.vecino.faiss.global.faiss.write_index;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryIoTest {
    private static MemorySegment written(Arena arena, Index index) {
        try (VectorIOWriter writer = new VectorIOWriter()) {
            write_index(index, writer);
            return arena.allocate(writer.data().size(), 8).copyFrom(Segments.of(writer.data()));
        }
    }

    private static Index read(MemorySegment bytes) {
        try (MemoryIOReader reader = new MemoryIOReader(Segments.bytes(bytes), bytes.byteSize())) {
            return read_index(reader);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Flat",
                "IVF16,Flat",
                "HNSW16,Flat",
                "PCA16,Flat",
                "SQ8",
                "PQ8x4fs",
                "IVF4,PQ8x4np",
                "OPQ8,IVF4,PQ8x4fs"
            })
    void roundTripKeepsSearchResults(String factory) {
        try (Arena arena = Arena.ofConfined();
                Index index = index_factory(32, factory)) {
            Points points = Points.gaussian(arena, 2000, 32, 61);
            index.train(points.count(), points.pointer());
            index.add(points.count(), points.pointer());
            Points.Hits before = Points.search(index, points.first(50), 5);
            try (Index copy = read(written(arena, index))) {
                assertEquals(index.ntotal(), copy.ntotal());
                assertArrayEquals(
                        before.labels(),
                        Points.search(copy, points.first(50), 5).labels());
                assertArrayEquals(
                        before.distances(),
                        Points.search(copy, points.first(50), 5).distances());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Flat", "IVF16,Flat", "HNSW16,Flat", "PCA16,Flat", "SQ8"})
    void clonesAnswerAlike(String factory) {
        try (Arena arena = Arena.ofConfined();
                Index index = index_factory(32, factory)) {
            Points points = Points.gaussian(arena, 500, 32, 64);
            index.train(points.count(), points.pointer());
            index.add(points.count(), points.pointer());
            try (Index clone = clone_index(index)) {
                long[] expected = Points.search(index, points.first(50), 5).labels();
                index.reset();
                assertArrayEquals(
                        expected, Points.search(clone, points.first(50), 5).labels());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Flat", "IVF16,Flat", "HNSW16,Flat", "PCA16,Flat", "SQ8", "PQ8x4fs"})
    void truncatedBytesThrow(String factory) {
        try (Arena arena = Arena.ofConfined();
                Index index = index_factory(32, factory)) {
            Points points = Points.gaussian(arena, 700, 32, 62);
            index.train(points.count(), points.pointer());
            index.add(points.count(), points.pointer());
            MemorySegment bytes = written(arena, index);
            for (int part = 0; part < 20; part++) {
                MemorySegment truncated = bytes.asSlice(0, bytes.byteSize() * part / 20);
                FaissException e = assertThrows(FaissException.class, () -> read(truncated));
                assertTrue(e.getMessage().contains("read error in memory"), e.getMessage());
            }
        }
    }

    @Test
    void foreignBytesThrow() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom("not an index at all");
            FaissException e = assertThrows(FaissException.class, () -> read(bytes));
            assertTrue(e.getMessage().contains("not recognized"), e.getMessage());
        }
    }

    @Test
    void transformsRoundTrip() {
        try (PCAMatrix pca = new PCAMatrix(8, 2, 0, false);
                Arena arena = Arena.ofConfined();
                VectorIOWriter writer = new VectorIOWriter()) {
            Points points = Points.gaussian(arena, 100, 8, 63);
            pca.train(100, points.pointer());
            write_VectorTransform(pca, writer);
            MemorySegment bytes = Segments.of(writer.data());
            try (MemoryIOReader reader = new MemoryIOReader(Segments.bytes(bytes), bytes.byteSize());
                    VectorTransform copy = read_VectorTransform(reader)) {
                pca.check_identical(copy);
                assertEquals(2, copy.d_out());
            }
        }
    }
}
