package io.vecino.measure;

import io.vecino.transform.Rows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.OptionalDouble;

/** Figures of point clouds, each from what it needs. */
final class Diagnostics {
    private Diagnostics() {}

    /** RankMe: exp of the entropy of the singular values, normalised to sum 1; a rank-r set of equal ones gives r. */
    static double effectiveRank(double[] singularValues) {
        double sum = Arrays.stream(singularValues).sum();
        double entropy = 0;
        for (double value : singularValues) {
            if (value > 0) {
                entropy -= value / sum * Math.log(value / sum);
            }
        }
        return Math.exp(entropy);
    }

    /** IsoScore of variances along principal components; at least two. */
    static double isoScore(double[] variances) {
        int n = variances.length;
        double norm = Math.sqrt(Arrays.stream(variances).map(v -> v * v).sum());
        double defect = 0;
        for (double variance : variances) {
            double difference = Math.sqrt(n) * variance / norm - 1;
            defect += difference * difference;
        }
        double isotropyDefect = Math.sqrt(defect) / Math.sqrt(2 * (n - Math.sqrt(n)));
        double used = n - isotropyDefect * isotropyDefect * (n - Math.sqrt(n));
        double share = used * used / n / n;
        return Math.clamp((n * share - 1) / (n - 1), 0, 1);
    }

    /**
     * TwoNN: N over the sum of ln(second / first nearest distance). Points with a nearest distance of 0 are left out.
     *
     * @return empty if no point is left
     */
    static OptionalDouble twoNn(double[] first, double[] second) {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < first.length; i++) {
            if (first[i] > 0) {
                sum += Math.log(second[i] / first[i]);
                count++;
            }
        }
        return sum > 0 ? OptionalDouble.of((count - 1) / sum) : OptionalDouble.empty();
    }

    /**
     * Levina and Bickel's estimate around one point, with the unbiased divisor of MacKay and Ghahramani.
     *
     * @param distances to the nearest others, ascending
     * @return empty where distances do not tell
     */
    static OptionalDouble localDimension(double[] distances) {
        double last = distances[distances.length - 1];
        double sum = 0;
        int count = 0;
        for (int i = 0; i < distances.length - 1; i++) {
            if (distances[i] > 0) {
                sum += Math.log(last / distances[i]);
                count++;
            }
        }
        return sum > 0 && count > 1 ? OptionalDouble.of((count - 1) / sum) : OptionalDouble.empty();
    }

    /** Third standardised moment; 0 if all are equal. */
    static double skewness(int[] values) {
        double mean = Arrays.stream(values).average().orElse(0);
        double square = 0;
        double cube = 0;
        for (int value : values) {
            square += (value - mean) * (value - mean);
            cube += Math.pow(value - mean, 3);
        }
        double deviation = Math.sqrt(square / values.length);
        return deviation == 0 ? 0 : cube / values.length / Math.pow(deviation, 3);
    }

    /**
     * Links of the minimum spanning tree of Euclidean distances (Prim), in the order found: the lifetimes of components in H0
     * persistence.
     */
    static double[] spanningTree(Rows rows) {
        int n = rows.count();
        int d = rows.dimension();
        float[] values = rows.segment().asSlice(0, (long) n * d * Float.BYTES).toArray(ValueLayout.JAVA_FLOAT);
        double[] nearest = new double[n];
        Arrays.fill(nearest, Double.POSITIVE_INFINITY);
        boolean[] joined = new boolean[n];
        double[] links = new double[Math.max(0, n - 1)];
        int last = 0;
        for (int step = 0; step < links.length; step++) {
            joined[last] = true;
            int next = -1;
            for (int i = 0; i < n; i++) {
                if (!joined[i]) {
                    nearest[i] = Math.min(nearest[i], squaredDistance(values, last, i, d));
                    next = next < 0 || nearest[i] < nearest[next] ? i : next;
                }
            }
            links[step] = Math.sqrt(nearest[next]);
            last = next;
        }
        return links;
    }

    private static double squaredDistance(float[] values, int a, int b, int d) {
        float sum = 0;
        for (int j = 0; j < d; j++) {
            float difference = values[a * d + j] - values[b * d + j];
            sum += difference * difference;
        }
        return sum;
    }

    /** One less the quotient of the mean link of the spanning tree and the mean distance of pairs; 0 if all are equal. */
    static double separability(Rows rows) {
        double link = Arrays.stream(spanningTree(rows)).average().orElse(0);
        int d = rows.dimension();
        float[] values =
                rows.segment().asSlice(0, (long) rows.count() * d * Float.BYTES).toArray(ValueLayout.JAVA_FLOAT);
        double sum = 0;
        long pairs = 0;
        for (int i = 0; i < rows.count(); i++) {
            for (int j = i + 1; j < rows.count(); j += 7) {
                sum += Math.sqrt(squaredDistance(values, i, j, d));
                pairs++;
            }
        }
        return sum == 0 ? 0 : Math.clamp(1 - link / (sum / pairs), 0, 1);
    }

    /** The mean cosine of pairs of neighbouring rows and of rows half the set apart; 0 vectors count as at right angles. */
    static double meanCosine(Rows rows) {
        double sum = 0;
        int n = rows.count();
        float[] before = rows.copyOf(n - 1);
        for (int i = 0; i < n; i++) {
            float[] row = rows.copyOf(i);
            sum += cosine(row, before) + cosine(row, rows.copyOf((i + n / 2) % n));
            before = row;
        }
        return sum / (2.0 * n);
    }

    private static double cosine(float[] a, float[] b) {
        double product = 0;
        double squareA = 0;
        double squareB = 0;
        for (int j = 0; j < a.length; j++) {
            product += (double) a[j] * b[j];
            squareA += (double) a[j] * a[j];
            squareB += (double) b[j] * b[j];
        }
        return squareA > 0 && squareB > 0 ? product / Math.sqrt(squareA * squareB) : 0;
    }

    static double length(MemorySegment row) {
        double square = 0;
        for (long at = 0; at < row.byteSize(); at += Float.BYTES) {
            double value = row.get(ValueLayout.JAVA_FLOAT, at);
            square += value * value;
        }
        return Math.sqrt(square);
    }
}
