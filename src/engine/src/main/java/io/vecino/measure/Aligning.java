package io.vecino.measure;

import io.vecino.collection.Collection;
import io.vecino.collection.Measured;
import io.vecino.model.Alignment;
import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import io.vecino.model.PointId;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.ExactNeighbours;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/** How much two embeddings of the same things agree. */
public final class Aligning {
    private static final int MOST = 4_000;
    private static final int K = 10;
    private static final double KEPT = 0.99;
    private static final long SEED = 0xA11;

    private Aligning() {}

    /**
     * Compares the points that two collections share.
     *
     * @throws EngineException.InvalidArgument if they share fewer than 50
     */
    public static Alignment of(Collection first, Collection second) {
        Map<PointId, float[]> vectors = new HashMap<>();
        try (Measured one = first.measured();
                Measured other = second.measured()) {
            // More than needed, since not all of them are in the other.
            one.sample(4 * MOST, new SplittableRandom(SEED)).forEach(query -> {
                if (query.self() != null) {
                    vectors.put(query.self(), query.compared(first.config()));
                }
            });
            Map<PointId, float[]> shared = new HashMap<>();
            other.forEach(Optional.empty(), (id, vector, _, _) -> {
                if (vectors.containsKey(id)) {
                    shared.put(id, vector);
                }
                return shared.size() < MOST;
            });
            List<PointId> ids = shared.keySet().stream().sorted().toList();
            return compare(
                    ids.stream()
                            .map(id -> Objects.requireNonNull(vectors.get(id)))
                            .toList(),
                    ids.stream()
                            .map(id -> Objects.requireNonNull(shared.get(id)))
                            .toList(),
                    first.memory());
        }
    }

    /** Compares the rows of two files, which stand for the same things in the same order. */
    public static Alignment of(Path first, Path second, Metric metric, NativeMemory memory) {
        try (FileVectors one = FileVectors.read(first, metric, MOST, memory);
                FileVectors other = FileVectors.read(second, metric, MOST, memory)) {
            if (one.total() != other.total()) {
                throw new EngineException.InvalidArgument(
                        second.toString(), one.total() + " vectors", String.valueOf(other.total()));
            }
            return compare(list(one.rows()), list(other.rows()), memory);
        }
    }

    private static List<float[]> list(Rows rows) {
        return IntStream.range(0, rows.count()).mapToObj(rows::copyOf).toList();
    }

    private static Alignment compare(List<float[]> first, List<float[]> second, NativeMemory memory) {
        if (first.size() < 50) {
            throw new EngineException.InvalidArgument(
                    "the other collection", "at least 50 shared points", String.valueOf(first.size()));
        }
        DMatrixRMaj x = centred(first);
        DMatrixRMaj y = centred(second);
        return new Alignment(first.size(), cka(x, y), svcca(x, y), neighbours(first, second, memory));
    }

    /** Rows less their mean. */
    static DMatrixRMaj centred(List<float[]> rows) {
        int d = rows.getFirst().length;
        double[] mean = new double[d];
        for (float[] row : rows) {
            for (int j = 0; j < d; j++) {
                mean[j] += row[j] / (double) rows.size();
            }
        }
        DMatrixRMaj matrix = new DMatrixRMaj(rows.size(), d);
        for (int i = 0; i < rows.size(); i++) {
            for (int j = 0; j < d; j++) {
                matrix.set(i, j, rows.get(i)[j] - mean[j]);
            }
        }
        return matrix;
    }

    /** Linear CKA of centred rows; 0 if either has no variance. */
    static double cka(DMatrixRMaj x, DMatrixRMaj y) {
        double own = norm(x, x) * norm(y, y);
        double shared = norm(x, y);
        return own == 0 ? 0 : shared * shared / own;
    }

    private static double norm(DMatrixRMaj x, DMatrixRMaj y) {
        DMatrixRMaj product = new DMatrixRMaj(x.numCols, y.numCols);
        CommonOps_DDRM.multTransA(x, y, product);
        return NormOps_DDRM.normF(product);
    }

    /** Mean canonical correlation of the directions that hold 99 % of the variance of each. */
    static double svcca(DMatrixRMaj x, DMatrixRMaj y) {
        DMatrixRMaj basisX = basis(x);
        DMatrixRMaj basisY = basis(y);
        if (basisX.numCols == 0 || basisY.numCols == 0) {
            return 0;
        }
        DMatrixRMaj product = new DMatrixRMaj(basisX.numCols, basisY.numCols);
        CommonOps_DDRM.multTransA(basisX, basisY, product);
        SingularValueDecomposition_F64<DMatrixRMaj> svd =
                DecompositionFactory_DDRM.svd(product.numRows, product.numCols, false, false, true);
        svd.decompose(product);
        return Arrays.stream(svd.getSingularValues(), 0, svd.numberOfSingularValues())
                .map(value -> Math.min(1, value))
                .average()
                .orElse(0);
    }

    /** Orthonormal columns that span the leading directions of centred rows. */
    private static DMatrixRMaj basis(DMatrixRMaj rows) {
        int d = rows.numCols;
        DMatrixRMaj gram = new DMatrixRMaj(d, d);
        CommonOps_DDRM.multTransA(rows, rows, gram);
        SingularValueDecomposition_F64<DMatrixRMaj> svd = DecompositionFactory_DDRM.svd(d, d, false, true, false);
        svd.decompose(gram);
        DMatrixRMaj directions = svd.getV(null, false);
        double[] values = svd.getSingularValues();
        Integer[] order = IntStream.range(0, d).boxed().toArray(Integer[]::new);
        Arrays.sort(order, (a, b) -> Double.compare(values[b], values[a]));
        double total = Arrays.stream(values).sum();
        int kept = 0;
        for (double sum = 0; kept < d && total > 0 && sum < KEPT * total; kept++) {
            sum += values[order[kept]];
        }
        DMatrixRMaj leading = new DMatrixRMaj(d, kept);
        for (int k = 0; k < kept; k++) {
            double scale = 1 / Math.sqrt(values[order[k]]);
            for (int j = 0; j < d; j++) {
                leading.set(j, k, directions.get(j, order[k]) * scale);
            }
        }
        DMatrixRMaj basis = new DMatrixRMaj(rows.numRows, kept);
        CommonOps_DDRM.mult(rows, leading, basis);
        return basis;
    }

    private static double neighbours(List<float[]> first, List<float[]> second, NativeMemory memory) {
        int[][] one = nearest(first, memory);
        int[][] other = nearest(second, memory);
        long shared = 0;
        for (int i = 0; i < one.length; i++) {
            int[] sorted = other[i].clone();
            Arrays.sort(sorted);
            shared += Arrays.stream(one[i])
                    .filter(ordinal -> Arrays.binarySearch(sorted, ordinal) >= 0)
                    .count();
        }
        return (double) shared / ((long) one.length * K);
    }

    private static int[][] nearest(List<float[]> vectors, NativeMemory memory) {
        int d = vectors.getFirst().length;
        try (NativeMemory.Block block =
                memory.allocate((long) vectors.size() * d * Float.BYTES, "vectors to be compared")) {
            for (int i = 0; i < vectors.size(); i++) {
                long at = (long) i * d * Float.BYTES;
                MemorySegment.copy(vectors.get(i), 0, block.segment(), ValueLayout.JAVA_FLOAT, at, d);
            }
            Rows rows = new Rows(block.segment(), vectors.size(), d);
            int[] self = {0};
            return ExactNeighbours.of(rows, MemorySegment.NULL, rows, Similarity.L2, K + 1).stream()
                    .map(hits -> {
                        int own = self[0]++;
                        return Arrays.stream(hits.ordinals())
                                .filter(ordinal -> ordinal != own)
                                .limit(K)
                                .toArray();
                    })
                    .toArray(int[][]::new);
        }
    }
}
