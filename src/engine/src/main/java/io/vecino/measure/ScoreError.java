package io.vecino.measure;

import io.vecino.quantization.TrainedPipeline;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import io.vecino.transform.Transform;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** How far scores from codes are from exact ones. */
public final class ScoreError {
    private static final int ROWS = 2_000;
    private static final int QUERIES = 100;

    private ScoreError() {}

    /**
     * The mean of |estimate − exact| over pairs of the first queries and evenly spread rows, relative to the exact squared
     * distance for L2, and to the product of the two lengths for inner product.
     *
     * @param base as compared under {@code similarity}
     * @param queries likewise
     */
    public static double mean(TrainedPipeline pipeline, Rows base, Rows queries, Similarity similarity) {
        int rowCount = Math.min(ROWS, base.count());
        int queryCount = Math.min(QUERIES, queries.count());
        Transform transform = pipeline.transform();
        double sum = 0;
        try (Scratch scratch = new Scratch()) {
            Rows rows = new Rows(scratch.floats((long) rowCount * base.dimension()), rowCount, base.dimension());
            for (int i = 0; i < rowCount; i++) {
                rows.row(i).copyFrom(base.row((int) ((long) i * base.count() / rowCount)));
            }
            MemorySegment images = scratch.floats((long) rowCount * transform.outputDimension());
            MemorySegment biases = scratch.floats((long) rowCount);
            transform.points(rows.segment(), rowCount, images, biases);
            MemorySegment codes =
                    scratch.bytes((long) rowCount * pipeline.quantizer().bytesPerVector());
            pipeline.quantizer().encode(images, rowCount, codes);
            MemorySegment image = scratch.floats((long) transform.outputDimension());
            MemorySegment scores = scratch.floats((long) rowCount);
            for (int q = 0; q < queryCount; q++) {
                transform.query(queries.row(q), image);
                try (Scratch bound = new Scratch()) {
                    pipeline.quantizer().scorer(image, bound).score(codes, rowCount, scores);
                }
                float[] query = queries.copyOf(q);
                for (int i = 0; i < rowCount; i++) {
                    float bias = biases.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                    float estimate = scores.getAtIndex(ValueLayout.JAVA_FLOAT, i) + bias;
                    sum += relative(estimate, query, rows.copyOf(i), similarity);
                }
            }
        }
        return sum / ((double) rowCount * queryCount);
    }

    private static double relative(float estimate, float[] query, float[] row, Similarity similarity) {
        double exact = similarity.score(query, row);
        double unit = similarity == Similarity.L2
                ? Math.abs(exact)
                : Math.sqrt((double) Similarity.DOT.score(query, query) * Similarity.DOT.score(row, row));
        return unit > 0 ? Math.abs(estimate - exact) / unit : 0;
    }
}
