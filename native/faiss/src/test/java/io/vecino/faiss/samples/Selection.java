package io.vecino.faiss.samples;

import static io.vecino.faiss.global.faiss.METRIC_L2;

import io.vecino.faiss.CheckedIndex;
import io.vecino.faiss.IDSelectorBitmap;
import io.vecino.faiss.Segments;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Searches among the ids whose bits are set in native memory. */
final class Selection {
    private Selection() {}

    public static void main(String[] arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment vectors = Data.gaussian(arena);
            MemorySegment bits = arena.allocate(Data.COUNT / 8);
            bits.fill((byte) 0b10); // ids 1, 9, 17, …
            MemorySegment distances = arena.allocate(ValueLayout.JAVA_FLOAT, 5);
            MemorySegment labels = arena.allocate(ValueLayout.JAVA_LONG, 5);
            MemorySegment query = vectors.asSlice(0, Data.DIMENSION * Float.BYTES);
            for (String factory : new String[] {"Flat", "IVF8,Flat", "HNSW16,Flat", "PCA16,IVF8,Flat"}) {
                try (CheckedIndex index = CheckedIndex.create(Data.DIMENSION, factory, METRIC_L2);
                        IDSelectorBitmap selector = Segments.bitmap(bits)) {
                    index.train(vectors);
                    index.add(vectors);
                    index.search(query, 5, distances, labels, selector);
                    for (int i = 0; i < 5; i++) {
                        long id = labels.getAtIndex(ValueLayout.JAVA_LONG, i);
                        Data.expect(id % 8 == 1, factory + " selects " + id);
                    }
                }
            }
        }
    }
}
