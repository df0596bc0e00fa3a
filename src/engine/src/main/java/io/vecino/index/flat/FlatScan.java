package io.vecino.index.flat;

import io.vecino.index.OrdinalFilter;
import io.vecino.model.SearchTrace;
import io.vecino.quantization.CodeScan;
import io.vecino.quantization.Storage;
import io.vecino.selection.TopK;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import io.vecino.transform.Transform;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;

/** One pass of a few queries over a range of ordinals, on the calling thread. */
final class FlatScan {
    /** What a run gives stays in the second-level cache; its codes are read once for all queries. */
    private static final int SCORES = 1 << 15;

    private static final int MOST_ROWS = 1024;

    /** A first short run sets the bound that later rows must reach. */
    private static final int FIRST_ROWS = 64;

    private final FlatCodes codes;
    private final boolean biased;
    private final int queryCount;
    private final CodeScan scan;
    private final MemorySegment positions;
    private final MemorySegment scores;
    private final int mostRows;
    private final TopK[] best;

    FlatScan(FlatCodes codes, Rows queries, int k, Scratch scratch) {
        Transform transform = codes.pipeline().transform();
        this.codes = codes;
        this.biased = transform.biased();
        this.queryCount = queries.count();
        int dimension = transform.outputDimension();
        Rows images = SearchTrace.timed(SearchTrace.Stage.TRANSFORM, () -> {
            Rows made = new Rows(scratch.floats((long) queryCount * dimension), queryCount, dimension);
            for (int q = 0; q < queryCount; q++) {
                transform.query(queries.row(q), made.row(q));
            }
            return made;
        });
        // A power of two above it is a multiple of every block of codes.
        this.mostRows = Math.clamp(SCORES / Integer.highestOneBit(queryCount), FIRST_ROWS, MOST_ROWS);
        this.scan = codes.pipeline().quantizer().scan(images.segment(), queryCount, mostRows, scratch);
        this.positions = scratch.bytes((long) mostRows * Integer.BYTES);
        this.scores = scratch.floats((long) mostRows);
        this.best = IntStream.range(0, queryCount).mapToObj(_ -> new TopK(k)).toArray(TopK[]::new);
    }

    /**
     * The best accepted ordinals of {@code from} to {@code to} − 1, per query.
     *
     * @param from the start of a block of {@link Storage}
     */
    TopK[] run(int from, int to, OrdinalFilter filter) {
        int rows = FIRST_ROWS;
        int first = from;
        while (first < to) {
            int count = codes.run(first, Math.min(rows, to - first));
            scan.look(codes.codes(first, count), count);
            MemorySegment biases = codes.biases(first, count);
            float largestBias = biased ? largest(biases, count) : 0;
            for (int q = 0; q < queryCount; q++) {
                keep(q, first, biases, largestBias, filter);
            }
            first += count;
            rows = Math.min(2 * rows, mostRows);
        }
        return best;
    }

    private static float largest(MemorySegment biases, int count) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            largest = Math.max(largest, biases.getAtIndex(ValueLayout.JAVA_FLOAT, i));
        }
        return largest;
    }

    /** Low enough that adding the bias back, rounded, cannot lift a row over the threshold that was left out. */
    private static float withoutBias(float threshold, float bias) {
        return threshold - bias - 2 * Math.ulp(Math.max(Math.abs(threshold), Math.abs(bias)));
    }

    private void keep(int query, int first, MemorySegment biases, float largestBias, OrdinalFilter filter) {
        TopK top = best[query];
        float least = biased ? withoutBias(top.threshold(), largestBias) : top.threshold();
        int selected = scan.select(query, least, positions);
        int accepted = 0;
        for (int i = 0; i < selected; i++) {
            int position = positions.getAtIndex(ValueLayout.JAVA_INT, i);
            if (filter.accepts(first + position)) {
                positions.setAtIndex(ValueLayout.JAVA_INT, accepted++, position);
            }
        }
        if (accepted == 0) {
            return;
        }
        scan.score(query, positions, accepted, scores);
        for (int i = 0; i < accepted; i++) {
            int position = positions.getAtIndex(ValueLayout.JAVA_INT, i);
            float score = scores.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            top.offer(biased ? score + biases.getAtIndex(ValueLayout.JAVA_FLOAT, position) : score, first + position);
        }
    }
}
