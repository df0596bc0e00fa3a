package io.vecino.quantization.faiss;

import io.vecino.faiss.Clustering;
import io.vecino.faiss.ClusteringParameters;
import io.vecino.faiss.FloatVector;
import io.vecino.faiss.IndexFlatL2;
import io.vecino.faiss.OPQMatrix;
import io.vecino.faiss.ProductQuantizer;
import io.vecino.transform.Rows;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** FAISS's k-means and product quantization, deterministic for the same rows and machine. */
public final class FaissTraining {
    private static final int SEED = 0x5EED;
    private static final int ITERATIONS = 12;
    private static final int ROWS_PER_CENTROID = 256;
    private static final int ROTATIONS = 20;
    private static final long FEWEST_ROTATED = 16_384;

    private FaissTraining() {}

    /**
     * K-means under squared Euclidean distance.
     *
     * @param rows at least k; the first 256 · k of them are used
     * @return k × dimension
     */
    public static float[] centroids(Rows rows, int k) {
        int dimension = rows.dimension();
        Rows used = within(rows, (long) k * ROWS_PER_CENTROID);
        try (ClusteringParameters parameters =
                        new ClusteringParameters().niter(ITERATIONS).seed(SEED).min_points_per_centroid(1);
                Clustering clustering = new Clustering(dimension, k, parameters);
                IndexFlatL2 assignment = new IndexFlatL2(dimension)) {
            clustering.train(used.count(), floats(used.segment()), assignment);
            return copy(clustering.centroids());
        }
    }

    /**
     * The codebooks of a product quantizer.
     *
     * @param rows at least 2^bits, of a dimension that the sub-quantizers divide
     * @return subquantizers × 2^bits × (dimension / subquantizers)
     */
    public static float[] productCodebooks(Rows rows, int subquantizers, int bits) {
        Rows used = within(rows, (long) ROWS_PER_CENTROID << bits);
        try (ProductQuantizer quantizer = new ProductQuantizer(rows.dimension(), subquantizers, bits)) {
            quantizer.cp().seed(SEED).min_points_per_centroid(1);
            quantizer.train(used.count(), floats(used.segment()));
            return copy(quantizer.centroids());
        }
    }

    /**
     * The rotation under which a product quantizer loses least (Ge, He, Ke, Sun 2013), alternating between codebooks and
     * rotation.
     *
     * @param rows as for {@link #productCodebooks}; the first 64 · 2^bits of them are used, and at least 16,384
     * @return dimension × dimension, orthogonal; a row of it gives one value of the rotated vector
     */
    public static float[] productRotation(Rows rows, int subquantizers, int bits) {
        int dimension = rows.dimension();
        Rows used = within(rows, Math.max(FEWEST_ROTATED, ((long) ROWS_PER_CENTROID / 4) << bits));
        try (ProductQuantizer quantizer = new ProductQuantizer(dimension, subquantizers, bits);
                OPQMatrix rotation = new OPQMatrix(dimension, subquantizers, dimension)) {
            quantizer.cp().seed(SEED).min_points_per_centroid(1);
            rotation.niter(ROTATIONS).pq(quantizer).train(used.count(), floats(used.segment()));
            return copy(rotation.A());
        }
    }

    /** A direct buffer holds at most 2 GiB. */
    private static Rows within(Rows rows, long most) {
        long addressable = Integer.MAX_VALUE / ((long) rows.dimension() * Float.BYTES);
        return rows.slice(0, (int) Math.min(rows.count(), Math.min(most, addressable)));
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
