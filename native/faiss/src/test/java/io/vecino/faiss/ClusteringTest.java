package io.vecino.faiss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClusteringTest {
    private static final int CLUSTERS = 8;

    /** Point i belongs to cluster i mod 8, whose centre has 20 in coordinate i mod 8. */
    private static Points planted(Arena arena, int count) {
        Points points = Points.gaussian(arena, count, CLUSTERS, 51);
        for (int i = 0; i < count; i++) {
            long at = (long) i * CLUSTERS + i % CLUSTERS;
            points.memory().setAtIndex(ValueLayout.JAVA_FLOAT, at, points.at(i, i % CLUSTERS) + 20);
        }
        return points;
    }

    @Test
    void findsPlantedClustersAndReportsEachIteration() {
        try (Arena arena = Arena.ofConfined();
                ClusteringParameters parameters =
                        new ClusteringParameters().niter(12).seed(3).nredo(3);
                Clustering clustering = new Clustering(CLUSTERS, CLUSTERS, parameters);
                IndexFlatL2 assignment = new IndexFlatL2(CLUSTERS)) {
            Points points = planted(arena, 4000);
            clustering.train(points.count(), points.pointer(), assignment);

            ClusteringIterationStatsVector stats = clustering.iteration_stats();
            // Newer versions end a run when its error stays the same.
            assertTrue(stats.size() > 3 && stats.size() <= 12 * 3, stats.size() + " records");
            int rises = 0;
            for (long i = 0; i < stats.size(); i++) {
                assertTrue(stats.get(i).imbalance_factor() >= 1);
                rises += i > 0 && stats.get(i).obj() > stats.get(i - 1).obj() * 1.0001f ? 1 : 0;
            }
            assertTrue(rises <= 2, "only a new run starts from a larger error: " + rises);

            MemorySegment centroids = Segments.of(clustering.centroids());
            assertEquals((long) CLUSTERS * CLUSTERS * Float.BYTES, centroids.byteSize());
            Points centres = new Points(centroids, CLUSTERS, CLUSTERS);
            Set<Integer> found = new HashSet<>();
            for (int c = 0; c < CLUSTERS; c++) {
                for (int j = 0; j < CLUSTERS; j++) {
                    if (Math.abs(centres.at(c, j) - 20) < 0.5) {
                        found.add(j);
                    }
                }
            }
            assertEquals(CLUSTERS, found.size());
            assertEquals(CLUSTERS, assignment.ntotal());
        }
    }

    @Test
    void fewerPointsThanClustersThrows() {
        try (Arena arena = Arena.ofConfined();
                Clustering clustering = new Clustering(CLUSTERS, CLUSTERS);
                IndexFlatL2 assignment = new IndexFlatL2(CLUSTERS)) {
            Points points = planted(arena, CLUSTERS - 1);
            FaissException e = assertThrows(
                    FaissException.class, () -> clustering.train(points.count(), points.pointer(), assignment));
            assertTrue(e.getMessage().contains("should be at least as large as number of clusters"), e.getMessage());
        }
    }
}
