package io.vecino.faiss;

import static io.vecino.faiss.global.faiss.METRIC_L2;
import static io.vecino.faiss.global.faiss.asIndexHNSW;
import static io.vecino.faiss.global.faiss.asIndexIVF;
import static io.vecino.faiss.global.faiss.index_factory;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexFactoryTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Flat|1.0",
                "IVF16,Flat|0.99",
                "HNSW16,Flat|0.95",
                "PCA16,Flat|0.99",
                "SQ8|0.99",
                "PQ8x4fs|0.2",
                "IVF4,PQ8x4fs|0.2",
                "PQ8x4np|0.2",
                "IVF4,PQ8x4np|0.2",
                "IVF4,SQ8|0.99",
                "PQ8x4fs,RFlat|0.3",
                "IDMap,Flat|1.0",
                "IDMap2,Flat|1.0",
                "LSH|0.5",
                "NSG16,Flat|0.9",
            })
    void storedVectorsFindThemselves(String factory, double atLeast) {
        try (Arena arena = Arena.ofConfined();
                Index index = index_factory(32, factory, METRIC_L2);
                ParameterSpace parameters = new ParameterSpace()) {
            Points points = Points.gaussian(arena, 2000, 32, 21);
            index.train(points.count(), points.pointer());
            assertTrue(index.is_trained());
            if (factory.startsWith("IDMap")) {
                long[] ids =
                        java.util.stream.LongStream.range(0, points.count()).toArray();
                index.add_with_ids(points.count(), points.pointer(), new org.bytedeco.javacpp.LongPointer(ids));
            } else {
                index.add(points.count(), points.pointer());
            }
            if (factory.startsWith("IVF")) {
                parameters.set_index_parameter(index, "nprobe", 16);
            }
            long[] labels = Points.search(index, points.first(200), 1).labels();
            long own = java.util.stream.IntStream.range(0, 200)
                    .filter(i -> labels[i] == i)
                    .count();
            assertTrue(own >= atLeast * 200, factory + ": " + own + " of 200");
        }
    }

    @Test
    void downcastsSeeTheSameObject() {
        try (Index index = index_factory(32, "IVF16,Flat")) {
            IndexIVF ivf = asIndexIVF(index);
            ivf.nprobe(7);
            assertEquals(16, ivf.nlist());
            assertEquals(7, asIndexIVF(index).nprobe());
            assertNull(asIndexHNSW(index));
        }
        try (Index index = index_factory(32, "HNSW16,Flat")) {
            asIndexHNSW(index).hnsw().efSearch(99);
            assertEquals(99, asIndexHNSW(index).hnsw().efSearch());
        }
    }
}
