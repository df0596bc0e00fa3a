package io.vecino.bench;

import io.vecino.EngineCollection;
import io.vecino.model.Payload;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.SearchRequest;
import io.vecino.transform.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * What the engine is fed.
 *
 * @param points to store; above the number of base rows these come again, a little different, so that neighbours are not ties
 * @param dimension leading dimensions that are kept
 */
record EngineInput(Rows base, Rows queries, int points, int dimension) {
    static final int BATCH = 1_000;
    static final int K = 10;

    private static final float DIFFERENCE = 1e-3f;

    float[] vector(int row) {
        float[] vector = Arrays.copyOf(base.copyOf(row % base.count()), dimension);
        int repeat = row / base.count();
        vector[row % dimension] += DIFFERENCE * repeat;
        return vector;
    }

    float[] query(int row) {
        return Arrays.copyOf(queries.copyOf(row % queries.count()), dimension);
    }

    /** The first queries, for the nearest {@value #K}. */
    List<SearchRequest> requests(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> SearchRequest.of(query(i), K))
                .toList();
    }

    /** Payload of a point. */
    @FunctionalInterface
    interface Payloads {
        Payload of(int id);
    }

    /** Upserts the ids from {@code from} to {@code to} with the vectors of their rows, in batches; returns the seconds. */
    double put(EngineCollection into, int from, int to, IntUnaryOperator rowOf, Payloads payloads) {
        long start = System.nanoTime();
        for (int first = from; first < to; first += BATCH) {
            List<Point> batch = new ArrayList<>(BATCH);
            for (int id = first; id < Math.min(to, first + BATCH); id++) {
                batch.add(new Point(PointId.of(id), vector(rowOf.applyAsInt(id)), payloads.of(id)));
            }
            into.upsert(batch);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /** Stores all points without payloads; returns the seconds. */
    double putAll(EngineCollection into) {
        return put(into, 0, points, row -> row, _ -> Payload.EMPTY);
    }
}
