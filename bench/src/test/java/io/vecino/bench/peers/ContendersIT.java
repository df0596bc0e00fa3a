package io.vecino.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.measure.GroundTruth;
import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ContendersIT {
    private static final int DIMENSION = 32;
    private static final int COUNT = 3000;

    @TempDir
    private Path directory;

    static Stream<Arguments> everyone() {
        return Contenders.ALL.stream()
                .flatMap(name -> Stream.of(Metric.values()).map(metric -> Arguments.of(name, metric)));
    }

    private static Rows points(Arena arena, int count, long seed) {
        Random random = new Random(seed);
        MemorySegment segment = arena.allocate((long) count * DIMENSION * Float.BYTES, 64);
        for (int i = 0; i < count; i++) {
            double sum = 0;
            float[] row = new float[DIMENSION];
            for (int j = 0; j < DIMENSION; j++) {
                row[j] = (float) random.nextGaussian() / (1 + j);
                sum += row[j] * row[j];
            }
            for (int j = 0; j < DIMENSION; j++) {
                segment.setAtIndex(ValueLayout.JAVA_FLOAT, (long) i * DIMENSION + j, (float) (row[j] / Math.sqrt(sum)));
            }
        }
        return new Rows(segment, count, DIMENSION);
    }

    @ParameterizedTest
    @MethodSource("everyone")
    void findNearlyAllWithMuchEffort(String name, Metric metric) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            Rows base = points(arena, COUNT, 1);
            Rows queries = points(arena, 30, 2);
            GroundTruth truth = GroundTruth.exact(base, queries, Similarity.of(metric), 10);
            int[][] found = new int[queries.count()][];
            NativeMemory memory = new NativeMemory(1L << 30);
            try (Contender contender = Contenders.build(name, new Contest(base, metric, 2, directory, memory))) {
                for (int i = 0; i < found.length; i++) {
                    found[i] = contender.search(queries.copyOf(i), 10, 200);
                    assertEquals(10, found[i].length);
                }
                assertTrue(contender.bytesPerVector() > DIMENSION, name);
            }
            // One bit of each of few dimensions tells little.
            double least = name.equals("lucene:1bit") ? 0.5 : 0.95;
            assertTrue(truth.recall(found) >= least, name + ": " + truth.recall(found));
        }
    }

    @Test
    void refusesWhomItDoesNotKnow() {
        Contest contest = new Contest(new Rows(MemorySegment.NULL, 0, 1), Metric.L2, 1, directory, new NativeMemory(1));
        for (String name : List.of("other", "lucene:2bit", "jvector:sq")) {
            assertThrows(EngineException.InvalidArgument.class, () -> Contenders.build(name, contest));
        }
    }

    @Test
    void comparesSpeedsWhereRecallIsTheSame() {
        List<Standing> standings = List.of(standing(10, 0.9, 4000), standing(20, 0.96, 1000));
        assertEquals(2000, PeersReport.qps(standings, 0.93).orElseThrow(), 1e-6);
        assertEquals(4000, PeersReport.qps(standings, 0.8).orElseThrow());
        assertEquals(OptionalDouble.empty(), PeersReport.qps(standings, 0.97));
    }

    @Test
    void drawsWhatWasMeasured() {
        String page = new PeersReport(List.of(standing(10, 0.9, 4000), standing(20, 0.96, 1000)), 10).html();
        assertTrue(page.contains("<svg") && page.contains("4,000") && !page.contains("TABLE"), page);
    }

    private static Standing standing(int effort, double recall, double qps) {
        return new Standing("x", effort, recall, qps, 0, 0, 0, 100, 1);
    }
}
