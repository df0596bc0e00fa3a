package io.vecino.quantization;

import io.vecino.kernels.Kernel;
import io.vecino.kernels.Kernels;
import io.vecino.storage.Scratch;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Queries bound to codes of a {@link CentredQuantizer}. */
final class CentredScorer implements QueryScorer {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private final CentredQuantizer quantizer;
    private final int queryCount;
    private final MemorySegment queries;
    private final float[] sums;
    private final float[] terms;
    private final float factor;
    private float[] scales = {};
    private float[] zeros = {};
    private float[] biases = {};
    private int[] centres = {};

    CentredScorer(CentredQuantizer quantizer, MemorySegment queries, int queryCount, Scratch scratch) {
        int dimension = quantizer.dimension();
        boolean euclidean = quantizer.similarity() == Similarity.L2;
        this.quantizer = quantizer;
        this.queryCount = queryCount;
        this.factor = euclidean ? 2 : 1;
        this.terms =
                quantizer.centres().score(euclidean ? Kernel.L2_F32 : Kernel.DOT_F32, queries, queryCount, scratch);
        if (euclidean) {
            for (int i = 0; i < terms.length; i++) {
                terms[i] = -terms[i];
            }
        }
        this.sums = new float[queryCount];
        this.queries = scratch.floats((long) queryCount * dimension);
        float[] query = new float[dimension];
        for (int q = 0; q < queryCount; q++) {
            long at = (long) q * dimension * Float.BYTES;
            MemorySegment.copy(queries, FLOAT, at, query, 0, dimension);
            quantizer.rotate(query);
            double sum = 0;
            for (float value : query) {
                sum += value;
            }
            sums[q] = (float) sum;
            MemorySegment.copy(query, 0, this.queries, FLOAT, at, dimension);
        }
    }

    @Override
    public void score(MemorySegment codes, int count, MemorySegment scores) {
        if (count == 0) {
            return;
        }
        CodeLayout layout = quantizer.layout();
        int stride = layout.bytes();
        BlockScores.write(
                Kernels.best(),
                quantizer.grid().kernel(),
                queries,
                queryCount,
                codes.asSlice(layout.levelsAt()),
                stride,
                count,
                quantizer.dimension(),
                scores);
        readConstants(codes, count);
        int centreCount = quantizer.centres().count();
        for (int q = 0; q < queryCount; q++) {
            long first = (long) q * count * Float.BYTES;
            float sum = sums[q];
            int term = q * centreCount;
            for (int i = 0; i < count; i++) {
                long at = first + (long) i * Float.BYTES;
                float levels = scores.get(FLOAT, at) + zeros[i] * sum;
                scores.set(FLOAT, at, terms[term + centres[i]] + scales[i] * levels + biases[i]);
            }
        }
    }

    private void readConstants(MemorySegment codes, int count) {
        if (scales.length < count) {
            scales = new float[count];
            zeros = new float[count];
            biases = new float[count];
            centres = new int[count];
        }
        CodeLayout layout = quantizer.layout();
        long stride = layout.bytes();
        for (int i = 0; i < count; i++) {
            long at = i * stride;
            scales[i] = factor * quantizer.scale(codes, at);
            zeros[i] = quantizer.zero(codes, at);
            biases[i] = quantizer.bias(codes, at);
            centres[i] = layout.centre(codes, at);
        }
    }
}
