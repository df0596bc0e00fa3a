package io.vecino.faiss.samples;

import static io.vecino.faiss.global.faiss.METRIC_L2;
import static io.vecino.faiss.global.faiss.index_factory;

import io.vecino.faiss.Index;
import io.vecino.faiss.IndexFlatL2;
import io.vecino.faiss.IntersectionCriterion;
import io.vecino.faiss.OperatingPoint;
import io.vecino.faiss.OperatingPointVector;
import io.vecino.faiss.OperatingPoints;
import io.vecino.faiss.ParameterSpace;
import io.vecino.faiss.Segments;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Which parameters give which recall in which time: FAISS's own exploration. */
final class OperatingPointsOfAnIndex {
    private static final int QUERIES = 200;
    private static final int K = 10;

    private OperatingPointsOfAnIndex() {}

    public static void main(String[] arguments) {
        try (Arena arena = Arena.ofConfined();
                IndexFlatL2 exact = new IndexFlatL2(Data.DIMENSION);
                Index index = index_factory(Data.DIMENSION, "IVF16,Flat", METRIC_L2);
                IntersectionCriterion recall = new IntersectionCriterion(QUERIES, K);
                ParameterSpace space = new ParameterSpace();
                OperatingPoints points = new OperatingPoints()) {
            MemorySegment vectors = Data.gaussian(arena);
            Data.fill(exact, vectors);
            Data.fill(index, vectors);
            MemorySegment distances = arena.allocate(ValueLayout.JAVA_FLOAT, QUERIES * K);
            MemorySegment labels = arena.allocate(ValueLayout.JAVA_LONG, QUERIES * K);
            exact.search(QUERIES, Segments.floats(vectors), K, Segments.floats(distances), Segments.longs(labels));
            recall.set_groundtruth(K, Segments.floats(distances), Segments.longs(labels));
            space.verbose(0);
            space.initialize(index);
            space.explore(index, QUERIES, Segments.floats(vectors), recall, points);
            OperatingPointVector best = points.optimal_pts();
            for (long i = 1; i < best.size(); i++) { // the first is the origin
                OperatingPoint point = best.get(i);
                System.out.println(point.key().getString() + ": recall " + point.perf());
            }
            Data.expect(best.get(best.size() - 1).perf() > 0.7, "half of the lists hold most neighbours");
        }
    }
}
