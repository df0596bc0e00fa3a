package io.vecino.faiss.samples;

import static io.vecino.faiss.global.faiss.FAISS_VERSION_MAJOR;
import static io.vecino.faiss.global.faiss.FAISS_VERSION_MINOR;

import io.vecino.faiss.Index;
import io.vecino.faiss.Segments;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/** What the samples share: seeded vectors in native memory, and how many of them find themselves. */
final class Data {
    static final int COUNT = 2000;
    static final int DIMENSION = 32;

    private Data() {}

    static MemorySegment gaussian(Arena arena) {
        Random random = new Random(17);
        MemorySegment vectors = arena.allocate(ValueLayout.JAVA_FLOAT, (long) COUNT * DIMENSION);
        for (long i = 0; i < (long) COUNT * DIMENSION; i++) {
            vectors.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
        }
        return vectors;
    }

    static MemorySegment bits(Arena arena) {
        byte[] bytes = new byte[COUNT * DIMENSION];
        new Random(18).nextBytes(bytes);
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
    }

    /** Trains and fills an index. */
    static void fill(Index index, MemorySegment vectors) {
        index.train(COUNT, Segments.floats(vectors));
        index.add(COUNT, Segments.floats(vectors));
    }

    /** How many of the first 100 vectors are their own nearest neighbour. */
    static int own(Index index, MemorySegment vectors) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment distances = arena.allocate(ValueLayout.JAVA_FLOAT, 100);
            MemorySegment labels = arena.allocate(ValueLayout.JAVA_LONG, 100);
            index.search(100, Segments.floats(vectors), 1, Segments.floats(distances), Segments.longs(labels));
            int own = 0;
            for (int i = 0; i < 100; i++) {
                own += labels.getAtIndex(ValueLayout.JAVA_LONG, i) == i ? 1 : 0;
            }
            return own;
        }
    }

    static void expect(boolean held, String what) {
        System.out.println((held ? "ok: " : "WRONG: ") + what);
        if (!held) {
            throw new AssertionError(what);
        }
    }

    /** Whether this FAISS is at least 1.{@code minor}. */
    static boolean atLeast(int minor) {
        return FAISS_VERSION_MAJOR > 1 || FAISS_VERSION_MINOR >= minor;
    }
}
