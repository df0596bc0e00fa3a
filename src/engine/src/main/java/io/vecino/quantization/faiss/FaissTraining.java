package io.vecino.quantization.faiss;

import io.vecino.faiss.Clustering;
import io.vecino.faiss.ClusteringParameters;
import io.vecino.faiss.FloatVector;
import io.vecino.faiss.IndexFlatL2;
import io.vecino.transform.Rows;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** FAISS's k-means, deterministic for the same rows and machine. */
public final class FaissTraining {
    private static final int SEED = 0x5EED;
    private static final int ITERATIONS = 12;
    private static final int ROWS_PER_CENTROID = 256;

    private FaissTraining() {}

    /**
     * K-means under squared Euclidean distance.
     *
     * @param rows at least k; the first 256 · k of them are used
     * @return k × dimension
     */
    public static float[] centroids(Rows rows, int k) {
        int dimension = rows.dimension();
        // A direct buffer holds at most 2 GiB.
        long most = Math.min((long) k * ROWS_PER_CENTROID, Integer.MAX_VALUE / ((long) dimension * Float.BYTES));
        Rows used = rows.slice(0, (int) Math.min(most, rows.count()));
        try (ClusteringParameters parameters =
                        new ClusteringParameters().niter(ITERATIONS).seed(SEED).min_points_per_centroid(1);
                Clustering clustering = new Clustering(dimension, k, parameters);
                IndexFlatL2 assignment = new IndexFlatL2(dimension)) {
            clustering.train(used.count(), floats(used.segment()), assignment);
            return copy(clustering.centroids());
        }
    }

    private static FloatBuffer floats(MemorySegment segment) {
        return segment.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    private static float[] copy(FloatVector vector) {
        float[] values = new float[Math.toIntExact(vector.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = vector.get(i);
        }
        return values;
    }
}
