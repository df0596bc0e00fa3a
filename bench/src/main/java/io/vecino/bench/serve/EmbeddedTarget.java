package io.vecino.bench.serve;

import io.vecino.EngineCollection;
import io.vecino.model.Payload;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.SearchRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * The engine in this process.
 *
 * @param collection of an engine that is the caller's to close
 */
public record EmbeddedTarget(EngineCollection collection) implements Target {
    private static final long NANOS_PER_MICRO = 1_000;

    @Override
    public String name() {
        return "embedded";
    }

    @Override
    public long search(float[] query, int k) {
        long start = System.nanoTime();
        if (collection.search(SearchRequest.of(query, k)).isEmpty()) {
            throw new IllegalStateException("nothing was found");
        }
        return (System.nanoTime() - start) / NANOS_PER_MICRO;
    }

    @Override
    public Loader loader() {
        return new Loader() {
            @Override
            public void add(long first, float[][] vectors) {
                List<Point> points = new ArrayList<>(vectors.length);
                for (int i = 0; i < vectors.length; i++) {
                    points.add(new Point(PointId.of(first + i), vectors[i], Payload.EMPTY));
                }
                var _ = collection.upsert(points);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void close() {}
}
