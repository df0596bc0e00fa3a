package io.vecino.faiss;

import static io.vecino.faiss.global.faiss.FAISS_VERSION_MAJOR;
import static io.vecino.faiss.global.faiss.FAISS_VERSION_MINOR;
import static io.vecino.faiss.global.faiss.METRIC_L2;
import static io.vecino.faiss.global.faiss.index_factory;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What 1.7.3 lacks and 1.15 has; skipped in between, where nothing was tried. */
class RaBitQTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RaBitQ|0.5",
                "RaBitQ4|0.9",
                "RaBitQfs|0.5",
                "IVF64,RaBitQ|0.5",
                "IVF64,RaBitQ4|0.9",
                "IVF64,RaBitQfs|0.5"
            })
    void storedVectorsFindThemselves(String factory, double atLeast) {
        assumeTrue(atLeast(15), "FAISS " + version() + " is older than 1.15");
        try (Arena arena = Arena.ofConfined();
                Index index = index_factory(64, factory, METRIC_L2);
                ParameterSpace parameters = new ParameterSpace()) {
            Points points = Points.gaussian(arena, 4000, 64, 41);
            index.train(points.count(), points.pointer());
            index.add(points.count(), points.pointer());
            if (factory.startsWith("IVF")) {
                parameters.set_index_parameter(index, "nprobe", 64);
            }
            long[] labels = Points.search(index, points.first(200), 1).labels();
            long own = IntStream.range(0, 200).filter(i -> labels[i] == i).count();
            assertTrue(own >= atLeast * 200, factory + ": " + own + " of 200");
        }
    }

    @Test
    void constructsWithoutTheFactory() throws ReflectiveOperationException {
        assumeTrue(atLeast(15), "FAISS " + version() + " is older than 1.15");
        // By name: the class exists only where the header does.
        Class<?> type = Class.forName("io.vecino.faiss.IndexRaBitQ");
        try (Arena arena = Arena.ofConfined();
                Index index = (Index)
                        type.getConstructor(long.class, int.class, byte.class).newInstance(64L, METRIC_L2, (byte) 1)) {
            Points points = Points.gaussian(arena, 500, 64, 42);
            index.train(points.count(), points.pointer());
            index.add(points.count(), points.pointer());
            assertEquals(500, index.ntotal());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RaBitQ", "IVF64,RaBitQ4"})
    void anOlderVersionSaysThatItCannot(String factory) {
        assumeTrue(!atLeast(11), "FAISS " + version() + " has RaBitQ");
        FaissException e = assertThrows(FaissException.class, () -> index_factory(64, factory));
        assertTrue(e.getMessage().contains("could not parse"), e.getMessage());
    }

    private static boolean atLeast(int minor) {
        return FAISS_VERSION_MAJOR() > 1 || FAISS_VERSION_MINOR() >= minor;
    }

    private static String version() {
        return FAISS_VERSION_MAJOR() + "." + FAISS_VERSION_MINOR();
    }
}
