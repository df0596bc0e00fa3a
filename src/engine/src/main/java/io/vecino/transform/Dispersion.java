package io.vecino.transform;

import io.vecino.storage.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** How widely a sample's norms and similarities spread; rows are in random order, so neighbours in it are random pairs. */
final class Dispersion {
    private static final int PAIRS = 2000;

    private Dispersion() {}

    /** Mean length of the first rows. */
    static double meanNorm(Rows rows) {
        return norms(rows).average().orElse(0);
    }

    /** Standard deviation of the length of the first rows over its mean. */
    static double ofNorms(Rows rows) {
        return deviation(norms(rows).toArray()) / Math.max(1e-12, meanNorm(rows));
    }

    private static DoubleStream norms(Rows rows) {
        return IntStream.range(0, Math.min(PAIRS, rows.count())).mapToDouble(i -> {
            float[] row = rows.copyOf(i);
            return Math.sqrt(Similarity.DOT.score(row, row));
        });
    }

    /** Standard deviation of the similarity of random pairs. */
    static double ofSimilarities(Rows rows, Similarity similarity) {
        return deviation(IntStream.range(0, Math.min(PAIRS, rows.count() - 1))
                .mapToDouble(i -> similarity.score(rows.copyOf(i), rows.copyOf(i + 1)))
                .toArray());
    }

    /** The same of their images under an unbiased transform. */
    static double ofSimilarities(Rows rows, Transform transform) {
        int count = Math.min(PAIRS + 1, rows.count());
        try (Scratch scratch = new Scratch()) {
            MemorySegment images = scratch.floats((long) count * transform.outputDimension());
            transform.points(rows.segment(), count, images, MemorySegment.NULL);
            return ofSimilarities(new Rows(images, count, transform.outputDimension()), transform.similarity());
        }
    }

    private static double deviation(double[] values) {
        double mean = DoubleStream.of(values).average().orElse(0);
        return Math.sqrt(DoubleStream.of(values)
                .map(v -> (v - mean) * (v - mean))
                .average()
                .orElse(0));
    }
}
