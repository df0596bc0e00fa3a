package io.vecino.faiss.samples;

import static io.vecino.faiss.global.faiss.METRIC_L2;
import static io.vecino.faiss.global.faiss.asIndexIVF;

import io.vecino.faiss.CheckedIndex;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** All neighbours within a radius, and vectors back from their codes. */
final class RadiusAndReconstruction {
    private RadiusAndReconstruction() {}

    public static void main(String[] arguments) {
        try (Arena arena = Arena.ofConfined();
                CheckedIndex index = CheckedIndex.create(Data.DIMENSION, "IVF4,SQ8", METRIC_L2)) {
            MemorySegment vectors = Data.gaussian(arena);
            index.train(vectors);
            index.add(vectors);
            index.set("nprobe", 4);
            asIndexIVF(index.unchecked()).make_direct_map(); // ids to codes
            MemorySegment query = vectors.asSlice(0, Data.DIMENSION * Float.BYTES);
            Data.expect(index.within(query, 0.1f).length == 1, "only itself within .1");
            Data.expect(index.within(query, 1e6f).length == Data.COUNT, "all within a million");
            float stored = index.reconstruct(3)[7];
            float original = vectors.getAtIndex(ValueLayout.JAVA_FLOAT, 3L * Data.DIMENSION + 7);
            Data.expect(Math.abs(stored - original) < 0.05, "eight bits keep " + original + " as " + stored);
        }
    }
}
