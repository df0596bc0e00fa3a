package io.vecino.quantization;

import io.vecino.kernels.Kernel;
import io.vecino.kernels.Kernels;
import io.vecino.storage.Scratch;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Queries bound to codes of a {@link CentredQuantizer}: as they are, or rounded to 8 bits, which makes of each score an upper
 * bound. With e the rounding error of a query, ⟨q,r̂⟩ ≤ ⟨q+e,r̂⟩ + |e| · |r̂|.
 */
final class CentredScorer implements QueryScorer {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final int ROOM = 1024;
    private static final int TOP = 127;

    /** Room for what float32 sums lose, relative to the error of rounding and to the query. */
    private static final double MORE = 1.001;

    private static final double ROUNDING = 3e-5;

    private final Kernels kernels = Kernels.best();
    private final CentredQuantizer quantizer;
    private final Scratch scratch;
    private final Kernel kernel;
    private final int queryCount;
    private final MemorySegment queries;
    private final MemorySegment perQuery;
    private final MemorySegment terms;
    private final float factor;
    private MemorySegment constants = MemorySegment.NULL;
    private int zerosFor = -1;

    private CentredScorer(
            CentredQuantizer quantizer, MemorySegment from, int queryCount, boolean rounded, Scratch scratch) {
        int dimension = quantizer.dimension();
        boolean euclidean = quantizer.similarity() == Similarity.L2;
        Kernel exact = quantizer.grid().kernel();
        this.quantizer = quantizer;
        this.scratch = scratch;
        this.kernel = rounded ? exact.withInt8Query() : exact;
        this.queryCount = queryCount;
        this.factor = euclidean ? 2 : 1;
        this.terms = terms(quantizer.centres(), euclidean, from, queryCount, scratch);
        this.queries = scratch.bytes(queryCount * kernel.queryBytes(dimension));
        this.perQuery = scratch.floats(3L * queryCount);
        float[] query = new float[dimension];
        for (int q = 0; q < queryCount; q++) {
            MemorySegment.copy(from, FLOAT, (long) q * dimension * Float.BYTES, query, 0, dimension);
            quantizer.rotate(query);
            bind(query, q, rounded);
        }
    }

    static CentredScorer exact(CentredQuantizer quantizer, MemorySegment queries, int queryCount, Scratch scratch) {
        return new CentredScorer(quantizer, queries, queryCount, false, scratch);
    }

    /** Scores that are at least the exact ones; only where levels count as their numbers. */
    static CentredScorer bounds(CentredQuantizer quantizer, MemorySegment queries, int queryCount, Scratch scratch) {
        return new CentredScorer(quantizer, queries, queryCount, true, scratch);
    }

    private static MemorySegment terms(
            Centres centres, boolean euclidean, MemorySegment queries, int queryCount, Scratch scratch) {
        int count = centres.count();
        int room = count == 1 ? 1 : Centres.MAX;
        float[] scores = centres.score(euclidean ? Kernel.L2_F32 : Kernel.DOT_F32, queries, queryCount, scratch);
        MemorySegment terms = scratch.floats((long) queryCount * room);
        for (int i = 0; i < scores.length; i++) {
            terms.setAtIndex(FLOAT, (long) i / count * room + i % count, euclidean ? -scores[i] : scores[i]);
        }
        return terms;
    }

    private void bind(float[] query, int q, boolean rounded) {
        double sum = 0;
        double step = 1;
        double error = 0;
        if (rounded) {
            double largest = 0;
            double squares = 0;
            for (float value : query) {
                largest = Math.max(largest, Math.abs(value));
                squares += (double) value * value;
            }
            step = largest > 0 ? largest / TOP : 1;
            double lost = 0;
            for (int j = 0; j < query.length; j++) {
                int level = (int) Math.rint(query[j] / step);
                queries.set(ValueLayout.JAVA_BYTE, (long) q * query.length + j, (byte) level);
                sum += level * step;
                lost += Math.pow(query[j] - level * step, 2);
            }
            error = (Math.sqrt(lost) * MORE + Math.sqrt(squares) * ROUNDING) * Math.sqrt(query.length);
        } else {
            for (float value : query) {
                sum += value;
            }
            MemorySegment.copy(query, 0, queries, FLOAT, (long) q * query.length * Float.BYTES, query.length);
        }
        perQuery.setAtIndex(FLOAT, 3L * q, (float) step);
        perQuery.setAtIndex(FLOAT, 3L * q + 1, (float) sum);
        perQuery.setAtIndex(FLOAT, 3L * q + 2, (float) error);
    }

    @Override
    public void score(MemorySegment codes, int count, MemorySegment scores) {
        if (count == 0) {
            return;
        }
        CodeLayout layout = quantizer.layout();
        int stride = layout.bytes();
        BlockScores.write(
                kernels,
                kernel,
                queries,
                queryCount,
                codes.asSlice(layout.levelsAt()),
                stride,
                count,
                quantizer.dimension(),
                scores);
        readConstants(codes, count);
        Centres centres = quantizer.centres();
        kernels.finish(
                scores,
                queryCount,
                count,
                constants,
                codes.asSlice(layout.centreAt()),
                stride,
                centres.count(),
                perQuery,
                quantizer.grid().top(),
                terms);
    }

    private void readConstants(MemorySegment codes, int count) {
        long bytes = (long) count * Float.BYTES;
        if (constants.byteSize() < 3 * bytes) {
            constants = scratch.floats(3L * Math.max(ROOM, count));
            zerosFor = -1;
        }
        CodeLayout layout = quantizer.layout();
        quantizer.scales().read(kernels, codes.asSlice(layout.scaleAt()), layout.bytes(), count, factor, constants);
        MemorySegment zeros = constants.asSlice(bytes, bytes);
        if (layout.zeroPerVector()) {
            kernels.readHalves(codes.asSlice(layout.zeroAt()), layout.bytes(), count, 0, 1, zeros);
        } else if (zerosFor != count) {
            for (int i = 0; i < count; i++) {
                zeros.setAtIndex(FLOAT, i, quantizer.grid().zero());
            }
            zerosFor = count;
        }
        quantizer
                .biases()
                .read(kernels, codes.asSlice(layout.biasAt()), layout.bytes(), count, 1, constants.asSlice(2 * bytes));
    }
}
