package io.vecino.faiss;

import static io.vecino.faiss.global.faiss.METRIC_L2;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ends the process when FAISS is called directly is an exception here, with what was expected and what came. */
class CheckedIndexTest {
    private static final int DIMENSION = 16;

    private final Arena arena = Arena.ofShared();
    private final Points points = Points.gaussian(arena, 1000, DIMENSION, 91);
    private final MemorySegment distances = arena.allocate(ValueLayout.JAVA_FLOAT, 50);
    private final MemorySegment labels = arena.allocate(ValueLayout.JAVA_LONG, 50);

    @AfterEach
    void close() {
        arena.close();
    }

    private static void assertSays(Class<? extends RuntimeException> type, Executable call, String... parts) {
        RuntimeException e = assertThrows(type, call);
        for (String part : parts) {
            assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
        }
    }

    private MemorySegment query() {
        return points.first(1).memory();
    }

    @Test
    void keepsWhatItWasGiven() {
        try (CheckedIndex index = CheckedIndex.create(DIMENSION, "Flat", METRIC_L2)) {
            assertTrue(index.isTrained());
            index.add(points.memory());
            assertEquals(1000, index.size());
            index.search(points.first(10).memory(), 5, distances, labels, null);
            for (int i = 0; i < 10; i++) {
                assertEquals(i, labels.getAtIndex(ValueLayout.JAVA_LONG, i * 5L));
            }
            assertEquals(points.at(3, 2), index.reconstruct(3)[2]);
            assertEquals(1, index.within(query(), 1e-6f).length);
            assertFalse(index.set("nprobe", 3));
            MemorySegment bytes = arena.allocate(index.bytes(), Long.BYTES);
            index.write(bytes::copyFrom);
            try (CheckedIndex copy = CheckedIndex.open(bytes)) {
                assertEquals(1000, copy.size());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"IVF4,PQ4x4fsr", "IVF4,Flat", "PQ4", "PQ8x4fs", "SQ8", "PCA8,Flat", "RQ2x4", "LSHt"})
    void refusesToWorkUntrained(String factory) {
        try (CheckedIndex index = CheckedIndex.create(DIMENSION, factory, METRIC_L2)) {
            assertSays(IllegalStateException.class, () -> index.add(points.memory()), "expected a trained index");
            assertSays(
                    IllegalStateException.class,
                    () -> index.search(query(), 5, distances, labels, null),
                    "expected a trained index");
        }
    }

    @Test
    void refusesMemoryOfAnotherShape() {
        try (CheckedIndex index = CheckedIndex.create(DIMENSION, "Flat", METRIC_L2)) {
            index.add(points.memory());
            MemorySegment short1 = points.memory().asSlice(0, 4 * (DIMENSION - 1));
            assertSays(IllegalArgumentException.class, () -> index.add(short1), "rows of 16 floats", "60 bytes");
            assertSays(
                    IllegalArgumentException.class,
                    () -> index.search(query(), 51, distances, labels, null),
                    "distances: expected at least 204",
                    "got 200");
            assertSays(
                    IllegalArgumentException.class,
                    () -> index.search(query(), 5, distances, labels.asReadOnly(), null),
                    "labels",
                    "read-only");
            assertSays(IllegalArgumentException.class, () -> index.search(query(), 0, distances, labels, null), "k: ");
            assertSays(
                    IllegalArgumentException.class,
                    () -> index.within(points.first(2).memory(), 1),
                    "one row");
        }
    }

    @Test
    void refusesClosedMemory() {
        MemorySegment closed;
        try (Arena other = Arena.ofShared()) {
            closed = other.allocate(4096, 8);
        }
        try (CheckedIndex index = CheckedIndex.create(DIMENSION, "Flat", METRIC_L2)) {
            assertThrows(IllegalStateException.class, () -> index.add(closed));
            index.add(points.memory());
            assertThrows(IllegalStateException.class, () -> index.search(query(), 5, closed, labels, null));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"IVF4,PQ8x4fs", "IVF4,PQ4+4", "RQ2x4", "Flat", "HNSW8,Flat"})
    void refusesValuesThatAreNotNumbers(String factory) {
        try (CheckedIndex index = CheckedIndex.create(DIMENSION, factory, METRIC_L2)) {
            index.train(points.memory());
            for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
                MemorySegment bad = arena.allocate(4L * DIMENSION * 3, 8);
                bad.setAtIndex(ValueLayout.JAVA_FLOAT, 2 * DIMENSION + 5, value);
                assertSays(IllegalArgumentException.class, () -> index.add(bad), "finite", value + " in row 2");
                assertSays(
                        IllegalArgumentException.class,
                        () -> index.search(bad, 5, distances, labels, null),
                        "finite",
                        value + " in row 2");
                assertSays(IllegalArgumentException.class, () -> index.train(bad), "finite");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Flat", "SQ8", "PQ4", "HNSW8,Flat", "IVF4,Flat", "PQ8x4fs"})
    void refusesIdsThatAreNotStored(String factory) {
        try (CheckedIndex index = CheckedIndex.create(DIMENSION, factory, METRIC_L2)) {
            index.train(points.memory());
            index.add(points.memory());
            for (long id : new long[] {-1, 1000, Long.MAX_VALUE}) {
                assertSays(IllegalArgumentException.class, () -> index.reconstruct(id), "expected 0 to 999, got " + id);
            }
        }
    }

    /** Inverts a matrix of 256 × 256, which needs more stack than this thread has. */
    @Test
    void trainsLocalSearchInAnyThread() throws InterruptedException {
        try (CheckedIndex index = CheckedIndex.create(DIMENSION, "LSQ8x5", METRIC_L2)) {
            Thread thread = new Thread(null, () -> index.train(points.memory()), "small", 256 << 10);
            thread.start();
            thread.join();
            assertTrue(index.isTrained());
        }
    }

    @Test
    void fewerPointsThanCentroidsThrow() {
        try (CheckedIndex index = CheckedIndex.create(DIMENSION, "IVF64,Flat", METRIC_L2)) {
            assertSays(FaissException.class, () -> index.train(points.first(63).memory()), "(63)", "(64)");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "IVF4,RQ2x4",
                "IVF4,LSQ2x4",
                "IVF4,PRQ2x2x4",
                "RQ2x4",
                "IVF4,PQ8x4fs",
                "PQ8x4fs,RFlat",
                "NSG8,Flat",
                "LSH",
                "PCA8,IVF4,SQ8",
            })
    void searchesWithinASelectorOrSaysThatItCannot(String factory) {
        MemorySegment bits = arena.allocate(125).fill((byte) 1);
        try (CheckedIndex index = CheckedIndex.create(DIMENSION, factory, METRIC_L2);
                IDSelectorBitmap selector = Segments.bitmap(bits)) {
            index.train(points.memory());
            index.add(points.memory());
            try {
                index.search(query(), 5, distances, labels, selector);
            } catch (FaissException e) {
                System.out.println(factory + " knows no selector: " + e.getMessage());
            }
            index.search(query(), 5, distances, labels, null);
            assertTrue(labels.getAtIndex(ValueLayout.JAVA_LONG, 0) >= 0);
        }
    }
}
