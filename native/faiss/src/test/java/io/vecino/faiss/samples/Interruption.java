package io.vecino.faiss.samples;

import static io.vecino.faiss.global.faiss.METRIC_L2;
import static io.vecino.faiss.global.faiss.index_factory;
import static io.vecino.faiss.global.faiss.set_interrupted;

import io.vecino.faiss.FaissException;
import io.vecino.faiss.Index;
import io.vecino.faiss.Segments;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Ends a training and a search from outside; the index can be used again afterwards. */
final class Interruption {
    private Interruption() {}

    public static void main(String[] arguments) {
        try (Arena arena = Arena.ofConfined();
                Index index = index_factory(Data.DIMENSION, "IVF16,Flat", METRIC_L2)) {
            MemorySegment vectors = Data.gaussian(arena);
            set_interrupted(true);
            try {
                Data.expect(interrupted(() -> index.train(Data.COUNT, Segments.floats(vectors))), "training");
            } finally {
                set_interrupted(false);
            }
            Data.fill(index, vectors);
            set_interrupted(true);
            try {
                Data.expect(interrupted(() -> Data.own(index, vectors)), "search");
            } finally {
                set_interrupted(false);
            }
            Data.expect(Data.own(index, vectors) > 50, "the index still answers");
        }
    }

    private static boolean interrupted(Runnable work) {
        try {
            work.run();
            return false;
        } catch (FaissException e) {
            return String.valueOf(e.getMessage()).contains("interrupted");
        }
    }
}
