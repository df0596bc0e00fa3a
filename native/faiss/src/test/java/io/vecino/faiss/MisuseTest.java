package io.vecino.faiss;

import static io.vecino.faiss.global.faiss.index_factory;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mistakes come back as Java exceptions that say what was wrong, and the process lives. */
class MisuseTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Foo",
                "IVF16,Foo",
                "PQ5",
                "",
                "PQ0",
                "PQ8x0",
                "PQ4x64",
                "IVF0,Flat",
                "HNSW0,Flat",
                "HNSW1,Flat",
                "IVF16(Index3),Flat",
                "OPQ4_0,PQ4",
                "PQ8x4fs_0",
                "IMI2x40,PQ4",
                "IVF99999999999,Flat",
            })
    void refusesFactoryStrings(String factory) {
        FaissException e = assertThrows(FaissException.class, () -> index_factory(32, factory));
        assertTrue(!e.getMessage().isBlank());
    }

    @Test
    void namesTheUnknownFactoryString() {
        FaissException e = assertThrows(FaissException.class, () -> index_factory(32, "Foo"));
        assertTrue(e.getMessage().contains("could not parse index string"), e.getMessage());
        assertThrows(FaissException.class, () -> index_factory(0, "Flat"));
    }

    @Test
    void saysThatTheIndexIsNotTrained() {
        try (Arena arena = Arena.ofConfined();
                Index index = index_factory(8, "IVF16,Flat")) {
            Points points = Points.gaussian(arena, 10, 8, 31);
            FaissException e = assertThrows(FaissException.class, () -> index.add(10, points.pointer()));
            assertTrue(e.getMessage().contains("is_trained"), e.getMessage());
        }
    }

    @Test
    void saysHowManyTrainingPointsAreMissing() {
        try (Arena arena = Arena.ofConfined();
                Index index = index_factory(8, "IVF16,Flat")) {
            Points points = Points.gaussian(arena, 10, 8, 32);
            FaissException e = assertThrows(FaissException.class, () -> index.train(10, points.pointer()));
            assertTrue(e.getMessage().contains("Number of training points (10)"), e.getMessage());
            assertTrue(e.getMessage().contains("(16)"), e.getMessage());
        }
    }

    @Test
    void refusesNotANumberInTraining() {
        try (Arena arena = Arena.ofConfined();
                Index index = index_factory(8, "IVF4,Flat")) {
            Points points = Points.gaussian(arena, 200, 8, 33);
            points.memory().setAtIndex(java.lang.foreign.ValueLayout.JAVA_FLOAT, 5, Float.NaN);
            FaissException e = assertThrows(FaissException.class, () -> index.train(200, points.pointer()));
            assertTrue(e.getMessage().contains("NaN"), e.getMessage());
        }
    }

    @Test
    void refusesZeroNeighbours() {
        try (Arena arena = Arena.ofConfined();
                Index index = new IndexFlatL2(8)) {
            Points points = Points.gaussian(arena, 10, 8, 34);
            assertThrows(FaissException.class, () -> Points.search(index, points, 0));
        }
    }

    @Test
    void closedIndexIsANullPointer() {
        Index index = index_factory(8, "Flat");
        index.close();
        assertThrows(NullPointerException.class, index::ntotal);
    }
}
