package io.vecino.transform;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Rows for trainers out of heap vectors. */
final class TrainingMemory {
    private TrainingMemory() {}

    static Rows rows(Matrices matrices, List<float[]> vectors) {
        int dimension = vectors.getFirst().length;
        MemorySegment segment = matrices.floats((long) vectors.size() * dimension);
        for (int i = 0; i < vectors.size(); i++) {
            MemorySegment.copy(
                    vectors.get(i), 0, segment, ValueLayout.JAVA_FLOAT, (long) i * dimension * Float.BYTES, dimension);
        }
        return new Rows(segment, vectors.size(), dimension);
    }
}
