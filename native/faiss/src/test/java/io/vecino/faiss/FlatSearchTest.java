package io.vecino.faiss;

import static io.vecino.faiss.global.faiss.METRIC_INNER_PRODUCT;
import static io.vecino.faiss.global.faiss.METRIC_L2;
import static io.vecino.faiss.global.faiss.index_factory;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Comparator;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;

class FlatSearchTest {
    private static final int K = 10;

    @Test
    void equalsBruteForceByInnerProduct() {
        try (Arena arena = Arena.ofConfined();
                IndexFlatIP index = new IndexFlatIP(24)) {
            Points points = Points.gaussian(arena, 700, 24, 11);
            index.add(points.count(), points.pointer());
            Points queries = points.first(30);
            assertSameAsBruteForce(Points.search(index, queries, K), points, q -> i -> -queries.dot(q, points, i));
            assertEquals(METRIC_INNER_PRODUCT, index.metric_type());
        }
    }

    @Test
    void equalsBruteForceByL2() {
        try (Arena arena = Arena.ofConfined();
                Index index = index_factory(24, "Flat", METRIC_L2)) {
            Points points = Points.gaussian(arena, 700, 24, 12);
            index.add(points.count(), points.pointer());
            Points queries = points.first(30);
            assertSameAsBruteForce(Points.search(index, queries, K), points, q -> i -> queries.l2(q, points, i));
            assertEquals(700, index.ntotal());
            assertEquals(24, index.d());
        }
    }

    private interface Ranking {
        IntToDoubleFunction of(int query);
    }

    private static void assertSameAsBruteForce(Points.Hits hits, Points points, Ranking ranking) {
        for (int q = 0; q < hits.labels().length / K; q++) {
            IntToDoubleFunction key = ranking.of(q);
            long[] expected = IntStream.range(0, points.count())
                    .boxed()
                    .sorted(Comparator.comparingDouble(key::applyAsDouble))
                    .limit(K)
                    .mapToLong(i -> i)
                    .toArray();
            long[] found = java.util.Arrays.copyOfRange(hits.labels(), q * K, (q + 1) * K);
            assertArrayEquals(expected, found, "query " + q);
            for (int r = 0; r < K; r++) {
                double exact = key.applyAsDouble((int) found[r]);
                assertEquals(Math.abs(exact), Math.abs(hits.distances()[q * K + r]), 1e-3);
            }
        }
    }

    @Test
    void takesSegmentsBuffersAndArraysAlike() {
        try (Arena arena = Arena.ofConfined();
                IndexFlatL2 index = new IndexFlatL2(8)) {
            Points points = Points.gaussian(arena, 100, 8, 13);
            FloatBuffer buffer = points.memory()
                    .asByteBuffer()
                    .order(java.nio.ByteOrder.nativeOrder())
                    .asFloatBuffer();
            assertEquals(points.memory().address(), new FloatPointer(buffer).address());
            assertEquals(points.memory().address(), points.pointer().address());
            index.add(100, buffer);

            float[] distances = new float[20];
            long[] labels = new long[20];
            float[] query = new float[8 * 4];
            buffer.get(0, query);
            index.search(4, query, 5, distances, labels);

            FloatBuffer directDistances = arena.allocate(80, 8)
                    .asByteBuffer()
                    .order(java.nio.ByteOrder.nativeOrder())
                    .asFloatBuffer();
            LongBuffer directLabels = arena.allocate(160, 8)
                    .asByteBuffer()
                    .order(java.nio.ByteOrder.nativeOrder())
                    .asLongBuffer();
            index.search(4, buffer, 5, directDistances, directLabels);
            for (int i = 0; i < labels.length; i++) {
                assertEquals(labels[i], directLabels.get(i));
                assertEquals(distances[i], directDistances.get(i));
            }
            assertArrayEquals(labels, Points.search(index, points.first(4), 5).labels());
        }
    }

    @Test
    void findsAllWithinRadiusAndReconstructs() {
        try (Arena arena = Arena.ofConfined();
                IndexFlatL2 index = new IndexFlatL2(8);
                RangeSearchResult result = new RangeSearchResult(3)) {
            Points points = Points.gaussian(arena, 200, 8, 14);
            index.add(200, points.pointer());
            index.range_search(3, points.pointer(), 6f, result);
            long expected = IntStream.range(0, 3 * 200)
                    .filter(i -> points.l2(i / 200, points, i % 200) < 6)
                    .count();
            assertEquals(expected, result.lims().get(3));

            float[] row = new float[8];
            index.reconstruct(17, row);
            assertEquals(points.at(17, 5), row[5]);
            index.reset();
            assertEquals(0, index.ntotal());
        }
    }
}
