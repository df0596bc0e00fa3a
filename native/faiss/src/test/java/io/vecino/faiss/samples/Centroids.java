package io.vecino.faiss.samples;

import io.vecino.faiss.Clustering;
import io.vecino.faiss.ClusteringIterationStatsVector;
import io.vecino.faiss.ClusteringParameters;
import io.vecino.faiss.IndexFlatL2;
import io.vecino.faiss.Segments;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** K-means with its error of each iteration. */
final class Centroids {
    private Centroids() {}

    public static void main(String[] arguments) {
        try (Arena arena = Arena.ofConfined();
                ClusteringParameters parameters =
                        new ClusteringParameters().niter(10).seed(4);
                Clustering clustering = new Clustering(Data.DIMENSION, 20, parameters);
                IndexFlatL2 assignment = new IndexFlatL2(Data.DIMENSION)) {
            MemorySegment vectors = Data.gaussian(arena);
            clustering.train(Data.COUNT, Segments.floats(vectors), assignment);
            ClusteringIterationStatsVector iterations = clustering.iteration_stats();
            for (long i = 0; i < iterations.size(); i++) {
                System.out.println(
                        "iteration " + i + ": error " + iterations.get(i).obj());
            }
            Data.expect(
                    iterations.get(iterations.size() - 1).obj()
                            < iterations.get(0).obj(),
                    "the error falls");
            Data.expect(Segments.of(clustering.centroids()).byteSize() == 20 * Data.DIMENSION * 4, "20 centroids");
        }
    }
}
