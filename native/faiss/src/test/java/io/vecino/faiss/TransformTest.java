package io.vecino.faiss;

import static io.vecino.faiss.global.faiss.asIndexPreTransform;
import static io.vecino.faiss.global.faiss.asPCAMatrix;
import static io.vecino.faiss.global.faiss.index_factory;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class TransformTest {
    /** Points whose first four coordinates carry nearly all variance. */
    private static Points lowRank(Arena arena, int count, int dimension) {
        Points points = Points.gaussian(arena, count, dimension, 41);
        for (int i = 0; i < count; i++) {
            for (int j = 4; j < dimension; j++) {
                points.memory().setAtIndex(ValueLayout.JAVA_FLOAT, (long) i * dimension + j, 0.01f * points.at(i, j));
            }
        }
        return points;
    }

    @Test
    void principalComponentsKeepDistances() {
        try (Arena arena = Arena.ofConfined();
                PCAMatrix pca = new PCAMatrix(16, 4, 0, false)) {
            Points points = lowRank(arena, 1000, 16);
            pca.train(points.count(), points.pointer());
            MemorySegment memory = arena.allocate(ValueLayout.JAVA_FLOAT, 1000L * 4);
            pca.apply_noalloc(1000, points.pointer(), Segments.floats(memory));
            Points reduced = new Points(memory, 1000, 4);
            for (int i = 1; i < 100; i++) {
                assertEquals(points.l2(0, points, i), reduced.l2(0, reduced, i), 0.05);
            }

            MemorySegment eigenvalues = Segments.of(pca.eigenvalues());
            assertEquals(16 * Float.BYTES, eigenvalues.byteSize());
            assertTrue(eigenvalues.getAtIndex(ValueLayout.JAVA_FLOAT, 3)
                    > 1000 * eigenvalues.getAtIndex(ValueLayout.JAVA_FLOAT, 4));
            assertEquals(4 * 16, pca.A().size());
        }
    }

    @Test
    void untrainedTransformThrows() {
        try (Arena arena = Arena.ofConfined();
                PCAMatrix pca = new PCAMatrix(16, 4, 0, false)) {
            Points points = lowRank(arena, 10, 16);
            FaissException e =
                    assertThrows(FaissException.class, () -> pca.apply_noalloc(10, points.pointer(), points.pointer()));
            assertTrue(e.getMessage().contains("not trained"), e.getMessage());
        }
    }

    @Test
    void rotationsKeepNorms() {
        try (Arena arena = Arena.ofConfined();
                RandomRotationMatrix rotation = new RandomRotationMatrix(16, 16);
                OPQMatrix opq = new OPQMatrix(16, 4, 16)) {
            Points points = Points.gaussian(arena, 500, 16, 42);
            rotation.init(7);
            opq.niter(3);
            opq.train(500, points.pointer());
            for (LinearTransform transform : new LinearTransform[] {rotation, opq}) {
                MemorySegment memory = arena.allocate(ValueLayout.JAVA_FLOAT, 500L * 16);
                transform.apply_noalloc(500, points.pointer(), Segments.floats(memory));
                Points rotated = new Points(memory, 500, 16);
                for (int i = 0; i < 20; i++) {
                    assertEquals(points.dot(i, points, i), rotated.dot(i, rotated, i), 1e-2);
                }
            }
        }
    }

    @Test
    void factoryChainsAreReachable() {
        try (Arena arena = Arena.ofConfined();
                Index index = index_factory(16, "PCA4,Flat")) {
            Points points = lowRank(arena, 500, 16);
            index.train(500, points.pointer());
            VectorTransform first = asIndexPreTransform(index).chain().get(0);
            assertEquals(4, first.d_out());
            assertEquals(16, asPCAMatrix(first).mean().size());
        }
    }
}
